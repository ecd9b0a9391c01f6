import { tryWorkflows } from './run';

tryWorkflows(2);
