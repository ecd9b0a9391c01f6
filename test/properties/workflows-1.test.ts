import { tryWorkflows } from './run';

tryWorkflows(1);
