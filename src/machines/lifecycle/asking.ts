/** What the VTN is asked for. */
import { newID } from '../moment.ts';
import { ownVenID, want, type Conclusion, type VenArgs } from './lifecycle.ts';

/** All DR events that it has for us. @rule 2.0b 405 */
export const requestEvent = (args: VenArgs): Conclusion => {
  const requestID = newID(args.event, 'oadrRequestEvent');
  return { tell: [want('requestEvent', { message: 'oadrRequestEvent', requestID, venID: ownVenID(args) })] };
};

/** Whether it has something for us. @rule 2.0b 500 */
export const poll = (args: VenArgs): Conclusion => ({
  tell: [want('poll', { message: 'oadrPoll', venID: ownVenID(args) })],
  change: { polledAt: args.event.at },
});
