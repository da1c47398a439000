import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { CONNECT_A_MODEL } from '../connect.ts';
import type { Playbook } from './playbook.ts';

const MAX_PATH_CHARS = 4096;

/**
 * The parameters of a run of `playbook`: `parameters`, with the text of the task in the one that it fills, checked
 * against the playbook's JSON Schema, its defaults filled in.
 *
 * @throws HoldfastError TASK_UNSUPPORTED for a free-form task, INVALID_ARGUMENT for parameters that do not fit.
 */
export function resolveTask(playbook: Playbook, task: string, parameters: JsonObject): JsonObject {
  const text = task.trim();
  const filled = text === '' ? parameters : { ...parameters, ...fromTask(playbook, text, parameters) };
  const result = z.fromJSONSchema(playbook.parameters).safeParse(filled, {
    error: (issue) => (issue.input === undefined ? 'is missing' : undefined),
  });
  if (result.success) return result.data as JsonObject;
  const what = result.error.issues.map((issue) => `${z.core.toDotPath(issue.path) || 'parameters'}: ${issue.message}`);
  throw new HoldfastError('INVALID_ARGUMENT', `${what.join('; ')}. ${takes(playbook)}`);
}

function fromTask(playbook: Playbook, text: string, parameters: JsonObject): JsonObject {
  const { task } = playbook;
  const isPath = task !== undefined && playbook.hostPaths.includes(task);
  if (task === undefined || (isPath && !isPlausiblePath(text))) {
    throw new HoldfastError(
      'TASK_UNSUPPORTED',
      `${playbook.name} is a playbook: it does one fixed job and does not understand a task in words. ${takes(playbook)} For tasks in words: ${CONNECT_A_MODEL}`,
    );
  }
  const given = parameters[task];
  if (given !== undefined && given !== text) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The task and the parameter "${task}" say two different things. Give one of them.`,
    );
  }
  return { [task]: text };
}

/** Whether a person can have meant `text` as a path: whether there is one is for the machine to say. */
function isPlausiblePath(text: string): boolean {
  if (text.length > MAX_PATH_CHARS || /[\n\r\0]|:\/\//.test(text)) return false;
  if (/^(?:[/\\~]|\.{1,2}[/\\]|[A-Za-z]:[/\\])/.test(text)) return true;
  if (/\s/.test(text)) return false;
  return /^[\w.@+-]+$/.test(text) || /[/\\.]/.test(text);
}

/** What the playbook takes, as sentences. */
function takes(playbook: Playbook): string {
  const properties = (playbook.parameters['properties'] ?? {}) as Record<string, JsonObject>;
  const required = z.array(z.string()).catch([]).parse(playbook.parameters['required']);
  const each = Object.entries(properties).map(([name, property]) => {
    const type = typeof property['type'] === 'string' ? property['type'] : 'any value';
    const kind = property['format'] === 'host-path' ? 'a path' : type;
    const about = typeof property['description'] === 'string' ? `: ${property['description']}` : '';
    const role = [name === playbook.task ? 'the task' : '', required.includes(name) ? '' : 'optional'];
    return `${name} (${[kind, ...role.filter((word) => word !== '')].join(', ')})${about}`;
  });
  return each.length === 0 ? 'It takes no parameters.' : `It takes ${each.join('; ')}.`;
}
