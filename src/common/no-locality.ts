/** The name under which answers by locality count stations that have none, so that the sums agree. */
export const NO_LOCALITY = 'Sin localidad';
