import { whyNoNamespaces } from '../../testing-cage.ts';
import { unprivilegedConformance } from '../process/unprivileged.ts';

unprivilegedConformance('namespaces', whyNoNamespaces);
