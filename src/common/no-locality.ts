/** Totals by locality count stations without a locality under this name, so that their sum is the whole total. */
export const NO_LOCALITY = 'Sin localidad';

/** The name under which fares of routes without a concessionaire are shown. */
export const NO_CONCESSIONAIRE = 'Sin concesionario';
