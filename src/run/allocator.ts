/**
 * Settings of glibc's allocator for training. Programs of the update give their large blocks back after every run;
 * by default glibc returns those to the system at once and the system zeroes them again for the next run, which took a
 * quarter of the processor's time. Kept in the process they cost nothing. glibc reads the settings at start only.
 */
const settings = {
  MALLOC_MMAP_THRESHOLD_: String(1 << 30),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 32),
  MALLOC_TOP_PAD_: String(1 << 26),
  MALLOC_ARENA_MAX: '1', // one heap for all threads: what one gave back the next one uses
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', // large pages where the system gives them to who asks: updates are a tenth faster
};

/** The environment for a process that trains: settings that someone has made stay as they are. */
export const withAllocator = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => (process.platform === 'linux' ? { ...settings, ...env } : env);

export const hasAllocator = (env: NodeJS.ProcessEnv): boolean => process.platform !== 'linux' || 'MALLOC_MMAP_THRESHOLD_' in env;
