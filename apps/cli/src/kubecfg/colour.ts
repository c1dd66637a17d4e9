// Owns whether kubecfg's output is coloured: where a person looks, and nowhere else (picocolors itself would also colour
// what a CI job pipes into a file).
import pc from 'picocolors';
import { wantsColour } from '../env.ts';

export const colour = pc.createColors(wantsColour(Boolean(process.stdout.isTTY)));
