import { ImportedTable } from '../imported-table';
import { sameShape } from './same-shape';

/** Who runs the network, and with what. A trigger opens the revenue account of each concessionaire. */
export const operatorTables: readonly ImportedTable[] = [
  sameShape({
    name: 'locations',
    columns: { location_id: 'bigint', name: 'text', description: 'text' },
    required: ['name'],
    unique: { name: ['name'] },
  }),
  sameShape({
    name: 'concessionaires',
    columns: {
      concessionaire_id: 'bigint',
      name: 'text',
      operates_troncal: 'boolean',
      operates_zonal_uce: 'boolean',
      operates_zonal_alimentacion: 'boolean',
      operates_cable: 'boolean',
    },
    required: ['name'],
    assumed: {
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
      name: 'text',
      address: 'text',
      depot_type: 'text',
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
      license_plate: 'identifier',
      vehicle_type: 'text',
      capacity: 'integer',
      technology: 'text',
      model_year: 'integer',
      concessionaire_id: 'bigint',
      status: 'text',
      current_depot_id: 'bigint',
    },
    required: ['license_plate', 'vehicle_type', 'status'],
    oneOf: { status: ['active', 'inactive', 'maintenance'] },
    references: { concessionaire_id: 'concessionaires', current_depot_id: 'depots' },
    unique: { license_plate: ['license_plate'] },
    refused: [{ when: 'capacity < 1', reason: `'capacity ' || capacity || ' is not 1 or more'` }],
  }),
  sameShape({
    name: 'drivers',
    columns: {
      driver_id: 'bigint',
      employee_id: 'identifier',
      first_name: 'text',
      last_name: 'text',
      concessionaire_id: 'bigint',
      hire_date: 'date',
      license_number: 'identifier',
      license_expiry_date: 'date',
      status: 'text',
    },
    required: ['employee_id', 'first_name', 'last_name', 'status'],
    oneOf: { status: ['active', 'inactive', 'on_leave'] },
    references: { concessionaire_id: 'concessionaires' },
    unique: { employee_id: ['employee_id'], license_number: ['license_number'] },
  }),
];
