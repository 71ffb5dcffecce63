/** Which devices a person lets be told anything; all others that move real power are in shadow. */

/** Which device it is: where it is reached, and what it says that it is. */
export interface DeviceIdentity {
  /** Kind and address, as the configuration has them. */
  readonly address: string;
  /** Maker, model and serial number, where the device tells them. */
  readonly serial?: string;
}

/** A person lets a device be told what to do; it holds for this device and no other. */
export interface DeviceTrusted {
  readonly resourceID: string;
  readonly identity: DeviceIdentity;
  /** Which way it came: `ven`, `mqtt`, `api`. */
  readonly by: string;
}

/** A person does not let a device be told anything any more. */
export interface DeviceDistrusted {
  readonly resourceID: string;
  readonly by: string;
}

/** A device is in shadow again: it is planned for, and told nothing. */
export interface DeviceTrustEnded {
  readonly resourceID: string;
  /** `distrusted`: by a person. `address`, `serial`: there is another device than the one that was trusted. */
  readonly because: 'distrusted' | 'address' | 'serial';
  /** What was trusted, and what is there now. */
  readonly was: DeviceIdentity;
  readonly is?: DeviceIdentity;
}
