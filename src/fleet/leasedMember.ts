import type { Device, ExchangeOutcome, Transport } from '../shell/ports.ts';
import type { FleetMember } from './member.ts';

/** Nothing was sent: another worker may act for the VEN by now. */
const notOurs: ExchangeOutcome = {
  kind: 'failed',
  reason: 'aborted',
  certainlyNotDelivered: true,
  detail: 'This worker has no lease on the VEN any more, so nothing was sent.',
  durationMs: 0,
};

const leasedTransport = (transport: Transport, isHeld: () => boolean): Transport => ({
  exchange: (request) => {
    if (!isHeld()) return Promise.resolve(notOurs);
    const { onSigned } = request;
    if (onSigned === undefined) return transport.exchange(request);
    // Recorded first, and sent then: between the two, time passes.
    return transport.exchange({
      ...request,
      onSigned: async (signed) => {
        await onSigned(signed);
        if (!isHeld()) throw new Error(notOurs.detail);
      },
    });
  },
  close: () => transport.close(),
});

/** A device that is told nothing by a worker that may not; what it was told before ends by itself, and whoever acts now goes on. */
const leasedDevice = (device: Device, isHeld: () => boolean): Device => ({
  resourceID: device.resourceID,
  read: (boundaryAt) => device.read(boundaryAt),
  apply: (setpoint) =>
    isHeld() ? device.apply(setpoint) : Promise.reject(new Error('This worker has no lease on the VEN any more.')),
  release: () => (isHeld() ? device.release() : Promise.resolve()),
  ...(device.close === undefined ? {} : { close: () => device.close?.() ?? Promise.resolve() }),
});

/**
 * A VEN that a worker acts for only while it holds the lease: whether it does is asked at the very moment at which something would leave
 * the process, so that a worker that was paused does nothing late.
 */
export const leasedMember = (member: FleetMember, isHeld: () => boolean): FleetMember => ({
  ...member,
  transport: () => leasedTransport(member.transport(), isHeld),
  devices: async (log, state) =>
    new Map([...(await member.devices(log, state))].map(([name, device]) => [name, leasedDevice(device, isHeld)])),
});
