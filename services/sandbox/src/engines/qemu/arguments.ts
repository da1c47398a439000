/** What the file descriptors of a QEMU process are: all that it is given of the host, beside the kernel. */
export const FD = { qmp: 3, agent: 4, console: 5, disk: 6, initramfs: 7, state: 8, template: 9 } as const;

/** A virtual machine, as far as a saved state depends on it. */
export interface Machine {
  /** `tcg` is emulation in software. */
  readonly accelerator: 'tcg' | 'kvm';
  readonly memoryMiB: number;
  readonly cores: number;
  readonly kernel: string;
  /** Whether there is a second disk, with the root of a template. */
  readonly hasTemplate: boolean;
}

/** How QEMU begins: with the kernel, or where a saved state ends. */
export type Beginning = 'boot' | 'saved';

/** What QEMU may not do once it runs: start programs, change its user or its limits. */
const SYSTEM_CALLS = 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';
/** A panic ends the machine at once; what the kernel warns of still reaches the console. */
const KERNEL_LINE = 'console=ttyS0 quiet panic=-1 reboot=t tsc=reliable';
/** Translated code of the emulation, beside the guest's memory. */
const TRANSLATION_MIB = 64;

/** The arguments of QEMU. The machine has two disks, one serial port, one port for the agent, and no network. */
export function qemuArguments(name: string, machine: Machine, beginning: Beginning): string[] {
  const { accelerator, memoryMiB, cores, hasTemplate } = machine;
  return [
    ['-name', name, '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ['-sandbox', SYSTEM_CALLS],
    ['-machine', 'pc,usb=off,vmport=off', '-cpu', 'max', '-smp', String(cores), '-m', `${memoryMiB}M`],
    ['-accel', accelerator === 'tcg' ? `tcg,thread=multi,tb-size=${TRANSLATION_MIB}` : 'kvm'],
    ['-chardev', `socket,id=qmp,fd=${FD.qmp}`, '-mon', 'chardev=qmp,mode=control'],
    ['-chardev', `socket,id=console,fd=${FD.console}`, '-serial', 'chardev:console'],
    ['-device', 'virtio-serial-pci,max_ports=2', '-chardev', `socket,id=agent,fd=${FD.agent}`],
    ['-device', 'virtserialport,chardev=agent,name=holdfast'],
    disk('disk', FD.disk, false),
    hasTemplate ? disk('template', FD.template, true) : [],
    ['-kernel', machine.kernel, '-initrd', `/proc/self/fd/${FD.initramfs}`, '-append', KERNEL_LINE],
    beginning === 'saved' ? ['-incoming', `fd:${FD.state}`] : [],
  ].flat();
}

function disk(id: string, fd: number, readOnly: boolean): string[] {
  const options = readOnly ? 'read-only=on' : 'discard=unmap,detect-zeroes=unmap';
  return [
    ['-add-fd', `fd=${fd},set=${fd}`],
    ['-blockdev', `driver=raw,node-name=${id},${options},file.driver=file,file.filename=/dev/fdset/${fd}`],
    ['-device', `virtio-blk-pci,drive=${id}`],
  ].flat();
}
