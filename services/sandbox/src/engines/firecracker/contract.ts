/**
 * What this engine uses of Firecracker's API (1.17), in our own words. The API is HTTP with JSON on a Unix socket; every
 * call here is answered by 204 without a body, or by 400 and `{"fault_message"}`. The tests' server refuses whatever is
 * not like this; the types of the client are made of it.
 */
export const CONTRACT = {
  'PUT /machine-config': {
    when: 'before start',
    required: { vcpu_count: 'integer', mem_size_mib: 'integer' },
    optional: { smt: 'boolean' },
  },
  'PUT /boot-source': {
    when: 'before start',
    required: { kernel_image_path: 'string' },
    optional: { initrd_path: 'string', boot_args: 'string' },
  },
  'PUT /drives/{id}': {
    when: 'before start',
    // Of a drive that is a file, the last two are required too.
    required: { drive_id: 'string', is_root_device: 'boolean', path_on_host: 'string', is_read_only: 'boolean' },
    optional: { cache_type: ['Unsafe', 'Writeback'] },
  },
  'PUT /vsock': {
    when: 'before start',
    required: { guest_cid: 'integer', uds_path: 'string' },
    optional: {},
  },
  'PUT /actions': {
    when: 'before start',
    required: { action_type: ['InstanceStart'] },
    optional: {},
  },
  'PATCH /vm': {
    when: 'after start',
    required: { state: ['Paused', 'Resumed'] },
    optional: {},
  },
  'PUT /snapshot/create': {
    when: 'paused',
    required: { snapshot_path: 'string', mem_file_path: 'string' },
    optional: { snapshot_type: ['Full', 'Diff'] },
  },
  'PUT /snapshot/load': {
    when: 'first',
    required: { snapshot_path: 'string' },
    // One of mem_backend and the older mem_file_path; only the former is used here.
    optional: { mem_backend: { backend_type: ['File', 'Uffd'], backend_path: 'string' }, resume_vm: 'boolean' },
  },
} as const;

/** One operation of the contract. */
export type Operation = keyof typeof CONTRACT;

type Field = 'string' | 'integer' | 'boolean' | readonly string[] | { readonly [name: string]: Field };
type Value<F> = F extends 'string'
  ? string
  : F extends 'integer'
    ? number
    : F extends 'boolean'
      ? boolean
      : F extends readonly (infer T)[]
        ? T
        : { readonly [N in keyof F]: Value<F[N]> };
type Fields<F> = { readonly [N in keyof F]: Value<F[N]> };

/** The body of an operation. */
export type Body<O extends Operation> = Fields<(typeof CONTRACT)[O]['required']> &
  Partial<Fields<(typeof CONTRACT)[O]['optional']>>;

/** One call, ready to be sent. */
export interface FirecrackerCall {
  readonly method: 'PUT' | 'PATCH';
  readonly path: string;
  readonly body: unknown;
}

/** A call of the contract; `id` goes into the path of an operation that has one. */
export function call<O extends Operation>(operation: O, body: Body<O>, id = ''): FirecrackerCall {
  const [method, path = ''] = operation.split(' ');
  return { method: method === 'PATCH' ? 'PATCH' : 'PUT', path: path.replace('{id}', id), body };
}

/** Why a body is not one of this operation; undefined when it is. */
export function faultOf(operation: Operation, body: unknown): string | undefined {
  const { required, optional } = CONTRACT[operation];
  return faultIn({ ...required, ...optional }, Object.keys(required), body);
}

function faultIn(
  fields: Readonly<Record<string, Field>>,
  required: readonly string[],
  body: unknown,
): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'the body is not an object';
  const missing = required.find((name) => !(name in body));
  if (missing !== undefined) return `missing field ${missing}`;
  for (const [name, value] of Object.entries(body)) {
    const field = fields[name];
    if (field === undefined) return `unknown field ${name}`;
    const fault = faultOfField(field, value);
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  return undefined;
}

function faultOfField(field: Field, value: unknown): string | undefined {
  if (field === 'integer') return Number.isInteger(value) ? undefined : 'not an integer';
  if (typeof field === 'string') return typeof value === field ? undefined : `not a ${field}`;
  if (isList(field)) return field.includes(String(value)) ? undefined : `not one of ${field.join(', ')}`;
  return faultIn(field, Object.keys(field), value);
}

function isList(field: Field): field is readonly string[] {
  return Array.isArray(field);
}
