import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = join(__dirname, '..', '..', 'docker', 'hosts');
const PASSWORDS = ['database', 'redis', 'operator'] as const;

/** The files that DEPLOYMENT.md quotes, with passwords of their own, and certificates. */
export class Guide {
  private readonly passwords = new Map(
    PASSWORDS.map((name) => [name, randomBytes(16).toString('hex')] as const),
  );

  private constructor(private readonly certificates: string) {}

  /** Makes an authority and certificates, in a folder below this one. */
  static async open(folder: string): Promise<Guide> {
    const certificates = await mkdtemp(join(folder, 'certificates-'));
    await promisify(execFile)(join(FOLDER, 'certificates.sh'), { cwd: certificates });
    return new Guide(certificates);
  }

  /** A file as an operator would copy it: only the passwords are replaced. */
  async file(path: string): Promise<string> {
    const text = await readFile(join(FOLDER, path), 'utf8');
    const replaced = PASSWORDS.reduce(
      (so, name) => so.replaceAll(`change-me-${name}`, this.password(name)),
      text,
    );
    if (replaced.includes('change-me')) throw new Error(`${path} has a password that nobody replaces`);
    return replaced;
  }

  password(of: (typeof PASSWORDS)[number]): string {
    return this.passwords.get(of) ?? '';
  }

  /** Such as `ca.pem` or `redis.key`. */
  certificate(name: string): Promise<string> {
    return readFile(join(this.certificates, name), 'utf8');
  }
}
