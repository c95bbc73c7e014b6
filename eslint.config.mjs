import { readdirSync } from 'node:fs';
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

const environmentRule = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only src/platform/config/environment.ts reads the environment: ask AppConfig.',
};
const transactionRule = {
  selector: 'CallExpression[callee.property.name=/^(transaction|startTransaction|createQueryRunner)$/]',
  message: 'Writes go through Writes.run(), which evicts what they make old.',
};
// With `repeatable read` as the default, what is read after a lock would be older than the lock.
const PLAIN_BEGIN = '/^\\s*(BEGIN|START TRANSACTION)\\s*(;|$)/i';
const isolationRule = {
  selector: `:matches(Literal[value=${PLAIN_BEGIN}], TemplateElement[value.raw=${PLAIN_BEGIN}])`,
  message: 'Say the level: BEGIN ISOLATION LEVEL READ COMMITTED. The default of the server may be another.',
};
const sessionRule = {
  selector: "NewExpression[callee.name='Client']",
  message: 'Connection sets what our statements and value parsers rest on.',
};

// An error that nobody hears ends the process, and a caller may provoke it.
const unheardRule = {
  selector:
    ":matches(ExpressionStatement, UnaryExpression[operator='void']) > CallExpression[callee.property.name='then']",
  message: 'A hook goes on by goOn(), which answers the request whatever fails.',
};

/** Each stands on those before it, and knows none of those behind it. */
const FLOORS = ['common', 'platform', 'modules', 'programs', 'process'];
const PLATFORM = ['config', 'postgres', 'cache', 'access', 'audit', 'writes'];
/** Its operations over HTTP stand above it, and say who may call them. */
const CACHE = ['cache/*.ts', 'cache/protocol/**/*', 'cache/store/**/*'];
/** What several programs share. */
const SHARED_BY_PROGRAMS = ['bulk-load', 'ledger-checks', 'service-traffic'];
/** A proof of everything is these proofs, one after the other. */
const RUNS_OTHERS = { prove: ['verify-ledger', 'verify-fares', 'verify-audit'] };

const floorZones = [
  ...upward('src', FLOORS),
  ...upward('src/platform', PLATFORM),
  ...readdirSync('src/programs').map((program) => ({
    target: `./src/programs/${program}`,
    from: './src/programs',
    except: [...new Set([program, ...SHARED_BY_PROGRAMS, ...(RUNS_OTHERS[program] ?? [])])].map(
      (name) => `./${name}`,
    ),
    message: `A program uses no other; what several share is in ${SHARED_BY_PROGRAMS.join(', ')}.`,
  })),
];

function upward(folder, floors) {
  return floors.slice(0, -1).map((floor, index) => ({
    target: (floor === 'cache' ? CACHE : [floor]).map((part) => `./${folder}/${part}`),
    from: floors.slice(index + 1).map((higher) => `./${folder}/${higher}`),
    message: `An import goes down or stays: ${floors.join(' < ')}.`,
  }));
}

const TYPES_OF_COMPONENTS = [
  'no-unsafe-argument',
  'no-unsafe-assignment',
  'no-unsafe-call',
  'no-unsafe-member-access',
  'no-unsafe-return',
  'no-redundant-type-constituents',
];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '.data/', '.bench/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    // One program for all files, which takes a sixth less time than a service that opens one after another.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Entities and DTOs are classes only for their decorators; their values are plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // There are no enums here, and to look for them in every assignment takes an eighth of the whole time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      'no-control-regex': 'off',
      // A new member of a closed set is an error until it is handled; only an open set may have a default.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {
          allowDefaultCaseForExhaustiveSwitch: false,
          considerDefaultExhaustiveForUnions: false,
          requireDefaultForNonUnion: true,
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // The embedded server's programs are started with the PATH of the service.
    ignores: [
      'src/**/*{.,-}spec.ts',
      'src/platform/config/environment.ts',
      'src/platform/postgres/embedded/command.ts',
    ],
    rules: {
      'no-restricted-syntax': ['error', environmentRule, transactionRule, isolationRule, sessionRule],
    },
  },
  {
    files: ['src/common/http/**/*.ts', 'src/platform/access/**/*.ts'],
    ignores: ['src/**/*{.,-}spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        environmentRule,
        transactionRule,
        isolationRule,
        sessionRule,
        unheardRule,
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*{.,-}spec.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts'], extensionAlias: { '.js': ['.ts'] } }),
      ],
    },
    rules: { 'import-x/no-restricted-paths': ['error', { zones: floorZones }] },
  },
  {
    files: ['src/**/*.entity.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/dto/**'],
              message:
                'What is stored does not depend on what is answered: a list of states is beside the entity.',
            },
          ],
        },
      ],
    },
  },
  {
    // These own their connections: the one helper for writes, and what runs before the service or beside it.
    files: [
      'src/platform/{postgres,audit,writes}/**/*.ts',
      'src/modules/maintenance/*.ts',
      'src/modules/device-lists/device-lists.repository.ts',
      'src/programs/{bulk-load,import,seed}/**/*.ts',
    ],
    ignores: ['src/platform/postgres/embedded/command.ts'],
    rules: { 'no-restricted-syntax': ['error', environmentRule, isolationRule, sessionRule] },
  },
  {
    // What a failed set-up left unassigned is `undefined` in spite of its type, and a clean-up has to cope.
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', isolationRule],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // An answer of the service is named by the test that asked for it.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // The programs of scripts/ run before anything is compiled.
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        structuredClone: 'readonly',
        performance: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
      },
    },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
  ...svelte.configs.recommended,
  {
    // The web application has types of its own: those of browsers, not of Node.js.
    files: ['console/src/**/*.ts', 'console/src/**/*.svelte'],
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        project: './console/tsconfig.json',
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // svelte-check knows what exists, and the types of components, which ESLint does not see.
      'no-undef': 'off',
      ...Object.fromEntries(TYPES_OF_COMPONENTS.map((rule) => [`@typescript-eslint/${rule}`, 'off'])),
      // A prop that a component binds or gives a default is declared by let; it keeps them together.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }],
      // Links within the console are made by href().
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  prettier,
  ...svelte.configs.prettier,
);
