import { CLASSES, type Probe } from '../probe.ts';
import { agent } from './agent.ts';
import { bombs } from './bombs.ts';
import { capabilities } from './capabilities.ts';
import { cgroups } from './cgroups.ts';
import { devices } from './devices.ts';
import { egress } from './egress.ts';
import { files } from './files.ts';
import { hostSockets } from './host-sockets.ts';
import { namespaces } from './namespaces.ts';
import { neighbours } from './neighbours.ts';
import { network } from './network.ts';
import { procAndSys } from './proc-and-sys.ts';
import { seccomp } from './seccomp.ts';
import { setuid } from './setuid.ts';
import { signals } from './signals.ts';
import { terminal } from './terminal.ts';

const ALL: readonly Probe[] = [
  ...namespaces,
  ...capabilities,
  ...seccomp,
  ...procAndSys,
  ...cgroups,
  ...devices,
  ...files,
  ...hostSockets,
  ...network,
  ...egress,
  ...neighbours,
  ...setuid,
  ...signals,
  ...terminal,
  ...agent,
  ...bombs,
];

/** Every attempt, class by class. */
export const PROBES: readonly Probe[] = CLASSES.flatMap((name) => ALL.filter((probe) => probe.class === name));
