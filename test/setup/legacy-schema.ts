/** The tables of the replaced service. */
export const legacyTables = [
  'locations',
  'concessionaires',
  'depots',
  'vehicles',
  'drivers',
  'stations',
  'routes',
  'intermediate_stations',
  'recharge_points',
  'fares',
  'users',
  'cards',
  'recharges',
  'trips',
  'realtime_arrivals',
  'route_current_location',
  'alerts',
  'station_destinations',
] as const;

/** One of them. */
export type LegacyTable = (typeof legacyTables)[number];

/** As the replaced service typed them: money in doubles, times without a zone, no promise about any value. */
export const legacySchema = `
  CREATE TABLE locations (
    location_id bigint, name text, description text
  );
  CREATE TABLE concessionaires (
    concessionaire_id bigint, name text, operates_troncal boolean, operates_zonal_uce boolean,
    operates_zonal_alimentacion boolean, operates_cable boolean
  );
  CREATE TABLE depots (
    depot_id bigint, name text, address text, depot_type text, capacity_vehicles integer,
    location_id bigint, concessionaire_id bigint
  );
  CREATE TABLE vehicles (
    vehicle_id bigint, license_plate text, vehicle_type text, capacity integer, technology text,
    model_year integer, concessionaire_id bigint, status text, current_depot_id bigint
  );
  CREATE TABLE drivers (
    driver_id bigint, employee_id text, first_name text, last_name text, concessionaire_id bigint,
    hire_date date, license_number text, license_expiry_date date, status text
  );
  CREATE TABLE stations (
    station_id bigint, name text, station_code text, station_type text, address text,
    location_id bigint, latitude double precision, longitude double precision,
    has_cycle_parking boolean, cycle_parking_spots integer, is_active boolean
  );
  CREATE TABLE routes (
    route_id bigint, route_code text, route_name text, route_type text, origin_station_id bigint,
    destination_station_id bigint, concessionaire_id bigint, is_active boolean
  );
  CREATE TABLE intermediate_stations (
    intermediate_station_id bigint, route_id bigint, station_id bigint, sequence_order integer
  );
  CREATE TABLE recharge_points (
    recharge_point_id bigint, name text, address text, latitude double precision,
    longitude double precision, location_id bigint, operator text
  );
  CREATE TABLE fares (
    fare_id bigint, fare_type text, value double precision, start_date date, end_date date,
    description text
  );
  CREATE TABLE users (
    user_id bigint, first_name text, last_name text, contact_number text, email text, gender text,
    date_of_birth date, residential_address text, id_number text, city_of_birth text,
    registration_date date
  );
  CREATE TABLE cards (
    card_id bigint, card_number text, user_id bigint, acquisition_date date, status text,
    balance double precision, last_used_date timestamp, update_date date
  );
  CREATE TABLE recharges (
    recharge_id bigint, card_id bigint, recharge_point_id bigint, amount double precision,
    recharge_timestamp timestamp, transaction_id text
  );
  CREATE TABLE trips (
    trip_id bigint, card_id bigint, vehicle_id bigint, route_id bigint, boarding_station_id bigint,
    disembarking_station_id bigint, boarding_time timestamp, disembarking_time timestamp,
    fare_id bigint, is_transfer boolean, transfer_group_id text, driver_id bigint
  );
  CREATE TABLE realtime_arrivals (
    arrival_id bigint, station_id bigint, route_id bigint, vehicle_id bigint,
    estimated_arrival_time timestamp, actual_arrival_time timestamp, status text, created_at timestamp
  );
  CREATE TABLE route_current_location (
    location_update_id bigint, route_id bigint, vehicle_id bigint, latitude double precision,
    longitude double precision, speed double precision, "timestamp" timestamp
  );
  CREATE TABLE alerts (
    alert_id bigint, message text, severity text, alert_type text, start_timestamp timestamp,
    end_timestamp timestamp, station_id bigint, route_id bigint
  );
  CREATE TABLE station_destinations (
    destination_id bigint, origin_station_id bigint, final_destination_station_id bigint,
    trip_count integer, aggregation_period text
  );
`;
