import { describe, expect, it } from 'vitest';
import { deviceRowsOf } from '../../src/adapters/config/deviceRows.ts';

describe('a list of devices', () => {
  it('says the same as a table and as JSON: the meter, and each rID by its name', () => {
    const table = deviceRowsOf('devices.csv', 'resourceID,meter,group,rIDs.energyReal\npump-1,SN-1,north,e-1\n');
    const list = deviceRowsOf(
      'devices.json',
      '[{ "resourceID": "pump-1", "meter": "SN-1", "group": "north", "rIDs.energyReal": "e-1" }]',
    );
    const whole = deviceRowsOf(
      'devices.json',
      '{ "devices": [{ "resourceID": "pump-1", "fileDevice": "SN-1", "group": "north", "rIDs": { "energyReal": "e-1" } }] }',
    );
    const fields = { resourceID: 'pump-1', fileDevice: 'SN-1', group: 'north', rIDs: { energyReal: 'e-1' } };
    for (const rows of [table, list, whole]) expect(rows.map((row) => row.fields)).toEqual([fields]);
  });
});
