import type { Alarms, Device, Ports } from './ports.ts';

/** What an effect waits for, and for how long. */

/** What comes of something, or what is said instead when the instant comes first. @unit ms since the epoch */
export const orTimeUp = async <Outcome, Otherwise>(
  alarms: Alarms,
  awaited: Promise<Outcome>,
  until: number,
  otherwise: () => Otherwise,
): Promise<Outcome | Otherwise> => {
  let callOff = (): void => undefined;
  const timeIsUp = new Promise<Otherwise>((resolve, reject) => {
    callOff = alarms.ringAt(until, () => {
      try {
        resolve(otherwise());
      } catch (error) {
        reject(error as Error);
      }
    });
  });
  try {
    return await Promise.race([awaited, timeIsUp]);
  } finally {
    callOff();
  }
};

/** What is said of somebody who does not answer in time. @unit ms */
export const noAnswerWithin = (patienceMs: number): Error =>
  new Error(`there was no answer within ${patienceMs / 1000} s`);

/** A device of this VEN. @throws Error when there is none of that name. */
export const deviceOf = ({ devices }: Pick<Ports, 'devices'>, resourceID: string): Device => {
  const device = devices.get(resourceID);
  if (device === undefined) throw new Error(`There is no device ${resourceID} behind this VEN.`);
  return device;
};

/** What an error says. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
