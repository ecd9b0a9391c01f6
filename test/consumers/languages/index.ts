import { csharp } from './csharp';
import { go } from './go';
import { java } from './java';
import { python } from './python';
import { Language } from '../language';

export const LANGUAGES: readonly Language[] = [python, java, csharp, go];
