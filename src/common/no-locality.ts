/** Totals by locality count stations without a locality under this name, so that their sum is the whole total. */
export const NO_LOCALITY = 'Sin localidad';
