import { DRIVER_STATUSES } from '../../../modules/network/driver-status';
import { VEHICLE_STATUSES } from '../../../modules/vehicles/vehicle.entity';
import { LONGEST } from '../../../common/text/lengths';
import { ImportedTable, identifier, line, lines } from '../imported-table';
import { sameShape } from './same-shape';

/** Who runs the network, and with what. A trigger opens the revenue account of each concessionaire. */
export const operatorTables: readonly ImportedTable[] = [
  sameShape({
    name: 'locations',
    columns: { location_id: 'bigint', name: line(LONGEST.name), description: lines(LONGEST.message) },
    required: ['name'],
    unique: { name: ['name'] },
  }),
  sameShape({
    name: 'concessionaires',
    columns: {
      concessionaire_id: 'bigint',
      name: line(LONGEST.name),
      operates_troncal: 'boolean',
      operates_zonal_uce: 'boolean',
      operates_zonal_alimentacion: 'boolean',
      operates_cable: 'boolean',
    },
    required: ['name'],
    defaults: {
      operates_troncal: 'false',
      operates_zonal_uce: 'false',
      operates_zonal_alimentacion: 'false',
      operates_cable: 'false',
    },
    unique: { name: ['name'] },
  }),
  sameShape({
    name: 'depots',
    columns: {
      depot_id: 'bigint',
      name: line(LONGEST.name),
      address: line(LONGEST.address),
      depot_type: line(LONGEST.code),
      capacity_vehicles: 'integer',
      location_id: 'bigint',
      concessionaire_id: 'bigint',
    },
    required: ['name', 'depot_type'],
    references: { location_id: 'locations', concessionaire_id: 'concessionaires' },
    refused: [
      {
        when: 'capacity_vehicles < 0',
        reason: `'capacity_vehicles ' || capacity_vehicles || ' is negative'`,
      },
    ],
  }),
  sameShape({
    name: 'vehicles',
    columns: {
      vehicle_id: 'bigint',
      license_plate: identifier(LONGEST.operatorNumber),
      vehicle_type: line(LONGEST.code),
      capacity: 'integer',
      technology: line(LONGEST.code),
      model_year: 'integer',
      concessionaire_id: 'bigint',
      status: line(LONGEST.code),
      current_depot_id: 'bigint',
    },
    required: ['license_plate', 'vehicle_type', 'status'],
    oneOf: { status: VEHICLE_STATUSES },
    references: { concessionaire_id: 'concessionaires', current_depot_id: 'depots' },
    unique: { license_plate: ['license_plate'] },
    refused: [{ when: 'capacity < 1', reason: `'capacity ' || capacity || ' is not 1 or more'` }],
  }),
  sameShape({
    name: 'drivers',
    columns: {
      driver_id: 'bigint',
      employee_id: identifier(LONGEST.operatorNumber),
      first_name: line(LONGEST.personName),
      last_name: line(LONGEST.personName),
      concessionaire_id: 'bigint',
      hire_date: 'date',
      license_number: identifier(LONGEST.operatorNumber),
      license_expiry_date: 'date',
      status: line(LONGEST.code),
    },
    required: ['employee_id', 'first_name', 'last_name', 'status'],
    oneOf: { status: DRIVER_STATUSES },
    references: { concessionaire_id: 'concessionaires' },
    unique: { employee_id: ['employee_id'], license_number: ['license_number'] },
  }),
];
