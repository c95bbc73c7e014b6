/** The names of members that say something about a person, or in which people write what they like. */
const names = new Set<string>();

/**
 * This member says something about a person, or is free text, which may. Said once, where the member is declared: the audit
 * trail then remembers only the name of every member that is called so, and an operation that shows one is remembered too.
 */
export function Personal(): PropertyDecorator {
  return (_, name) => void names.add(String(name));
}

/** Whether a member of this name is marked somewhere. */
export function isPersonal(name: string): boolean {
  return names.has(name);
}
