import { whyNoCage } from '../../testing-cage.ts';
import { unprivilegedConformance } from '../process/unprivileged.ts';

unprivilegedConformance('bubblewrap', whyNoCage);
