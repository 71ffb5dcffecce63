/** The machines with their charts and pictures. */
import type { ApiAnswer } from '../api/paths.ts';
import { chartOf, isMachineID, machineIDs } from '../charts/charts.ts';
import { glances, outlines, pictures } from '../charts/pictures.ts';
import { styleElement } from '../drawing/svg.ts';

/** The machines there are. */
export const machinesAnswerOf = (): ApiAnswer<'machines'> => ({
  machines: machineIDs.map((machine) => ({ machine, description: chartOf(machine).description })),
});

/** One machine; null when there is none of that name. */
export const machineAnswerOf = (name: string): ApiAnswer<'machine'> | null =>
  isMachineID(name)
    ? {
        machine: name,
        chart: chartOf(name) as ApiAnswer<'machine'>['chart'],
        svg: pictures[name] ?? '',
        outline: outlines[name] ?? '',
        glance: glances[name] ?? '',
      }
    : null;

/** A machine's picture with its stylesheet in it; null when there is none of that name. */
export const pictureOf = (name: string): string | null => {
  const svg = isMachineID(name) ? pictures[name] : undefined;
  return svg === undefined ? null : svg.replace(/^(<svg[^>]*>)/, `$1${styleElement}`);
};
