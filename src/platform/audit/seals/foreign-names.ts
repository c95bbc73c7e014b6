/** The name of a type in the catalog (the alias of a `pg_type` and of its `pg_namespace`): one of PostgreSQL, or a domain over one. */
const isPlain = (type: string): string =>
  `(${type}.oid IS NULL OR ${type}.typnamespace OPERATOR(pg_catalog.=) catalog.oid OR ${type}.typtype OPERATOR(pg_catalog.=) 'd')`;

/**
 * Finds operators and functions of the schema `public` that have the names of PostgreSQL's own. PostgreSQL takes the one whose
 * types fit best, wherever it is; so they could change what any statement of the service or of a proof means. Those for types of an
 * extension, and those with exactly the types of PostgreSQL's own, are never taken in their place.
 *
 * This statement says of each operator whose it is, so none can change what it finds.
 */
export const FIND_FOREIGN_NAMES = `
  WITH catalog AS (
    SELECT oid FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.name),
  ours AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.=) 'public'::pg_catalog.name)
  SELECT 'public' AS "table",
         pg_catalog.concat('operator ', operator.oprname, '(', pg_catalog.concat_ws(',',
           CASE WHEN operator.oprleft OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
             THEN pg_catalog.format_type(operator.oprleft, NULL) END,
           pg_catalog.format_type(operator.oprright, NULL)), ')') AS what
  FROM catalog CROSS JOIN ours
    JOIN pg_catalog.pg_operator operator ON operator.oprnamespace OPERATOR(pg_catalog.=) ours.oid
    LEFT JOIN pg_catalog.pg_type "left" ON "left".oid OPERATOR(pg_catalog.=) operator.oprleft
    LEFT JOIN pg_catalog.pg_type "right" ON "right".oid OPERATOR(pg_catalog.=) operator.oprright
  WHERE ${isPlain('"left"')} AND ${isPlain('"right"')}
    AND EXISTS (SELECT FROM pg_catalog.pg_operator known
      WHERE known.oprnamespace OPERATOR(pg_catalog.=) catalog.oid
        AND known.oprname OPERATOR(pg_catalog.=) operator.oprname)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_operator known
      WHERE known.oprnamespace OPERATOR(pg_catalog.=) catalog.oid
        AND known.oprname OPERATOR(pg_catalog.=) operator.oprname
        AND known.oprleft OPERATOR(pg_catalog.=) operator.oprleft
        AND known.oprright OPERATOR(pg_catalog.=) operator.oprright)
  UNION ALL
  SELECT 'public', pg_catalog.concat('function ', given.proname, '(', pg_catalog.oidvectortypes(given.proargtypes), ')')
  FROM catalog CROSS JOIN ours
    JOIN pg_catalog.pg_proc given ON given.pronamespace OPERATOR(pg_catalog.=) ours.oid
  WHERE NOT EXISTS (SELECT FROM pg_catalog.unnest(given.proargtypes::pg_catalog.oid[]) AS of (type)
      JOIN pg_catalog.pg_type argument ON argument.oid OPERATOR(pg_catalog.=) of.type
      WHERE NOT ${isPlain('argument')})
    AND EXISTS (SELECT FROM pg_catalog.pg_proc known
      WHERE known.pronamespace OPERATOR(pg_catalog.=) catalog.oid AND known.proname OPERATOR(pg_catalog.=) given.proname)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc known
      WHERE known.pronamespace OPERATOR(pg_catalog.=) catalog.oid AND known.proname OPERATOR(pg_catalog.=) given.proname
        AND known.proargtypes OPERATOR(pg_catalog.=) given.proargtypes)
  ORDER BY 1, 2`;
