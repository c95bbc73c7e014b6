import { DomainError } from './domain-error';

export class TripAlreadyOpenError extends DomainError {
  static readonly code = 'trip_already_open';

  constructor(cardId: number, tripId: number) {
    super(TripAlreadyOpenError.code, `Card ${cardId} is on trip ${tripId}, which has not ended.`);
  }
}

export class TripAlreadyEndedError extends DomainError {
  static readonly code = 'trip_already_ended';

  constructor(tripId: number) {
    super(TripAlreadyEndedError.code, `Trip ${tripId} has ended already.`);
  }
}

export class RouteInactiveError extends DomainError {
  static readonly code = 'route_inactive';

  constructor(routeId: number) {
    super(RouteInactiveError.code, `Route ${routeId} is not in service.`);
  }
}

export class StationInactiveError extends DomainError {
  static readonly code = 'station_inactive';

  constructor(stationId: number) {
    super(StationInactiveError.code, `Station ${stationId} is not in service.`);
  }
}

export class StationNotOnRouteError extends DomainError {
  static readonly code = 'station_not_on_route';

  constructor(stationId: number, routeId: number) {
    super(StationNotOnRouteError.code, `Route ${routeId} does not stop at station ${stationId}.`);
  }
}

export class NoTariffError extends DomainError {
  static readonly code = 'no_tariff';

  constructor(at: Date) {
    super(NoTariffError.code, `No tariff is in force at ${at.toISOString()}.`);
  }
}

export class SimulationOffError extends DomainError {
  static readonly code = 'simulation_off';

  constructor() {
    super(SimulationOffError.code, 'Simulation is off in this service.');
  }
}
