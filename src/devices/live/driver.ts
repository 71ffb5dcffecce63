/** What a real device says of itself at an instant; what it does not say is absent. */
export interface DeviceSample {
  /** When it was so. UTC ms. */
  readonly at: number;
  /** Positive draws from the grid. @unit W */
  readonly powerWatts?: number;
  /** 0 to 1 as the device says it, which may be neither. */
  readonly stateOfCharge?: number;
  /** Cumulative registers as the device counts them. @unit Wh */
  readonly importWattHours?: number;
  readonly exportWattHours?: number;
  readonly isAvailable?: boolean;
  readonly manualOverride?: boolean;
  /** The most that it draws and delivers now, where it says so; both positive. @unit W */
  readonly chargeLimitWatts?: number;
  readonly dischargeLimitWatts?: number;
  /** What its own clock shows, where it tells the time. UTC ms. */
  readonly clockAt?: number;
  /** Maker, model and serial number. */
  readonly serial?: string;
  /** It goes on with its last order when nobody renews it. */
  readonly keepsLastOrder?: boolean;
}

/** What is given to a device: so much power, and until when. */
export interface DriverSetpoint {
  /** Positive draws from the grid. @unit W */
  readonly demandWatts: number;
  /** UTC ms. */
  readonly validUntil: number;
  /** Who it has to be; whoever else is there is told nothing. */
  readonly serial?: string;
}

/** How a kind of device is spoken with. Whatever goes wrong is an error, best a DeviceError with a quality. */
export interface Driver {
  sample(): Promise<DeviceSample>;
  /** Resolves when the device has taken it, as far as that can be known. */
  write(setpoint: DriverSetpoint): Promise<void>;
  free(): Promise<void>;
  close(): Promise<void>;
}
