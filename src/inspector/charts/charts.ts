/** The machines' charts, read once. */
import { machines, type MachineID } from '../../machines/machines.ts';
import type { Chart } from '../drawing/chart.ts';
import { readMachine } from '../drawing/readMachine.ts';

const charts = new Map<MachineID, Chart>();

/** The machines there are, in the order of their importance. */
export const machineIDs = Object.keys(machines) as readonly MachineID[];

/** Whether a name is a machine's. */
export const isMachineID = (name: string): name is MachineID => machineIDs.some((each) => each === name);

/** The chart of a machine. */
export const chartOf = (machine: MachineID): Chart => {
  const known = charts.get(machine);
  if (known !== undefined) return known;
  const chart = readMachine(machines[machine]);
  charts.set(machine, chart);
  return chart;
};
