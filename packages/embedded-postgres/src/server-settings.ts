export interface ServerSettings {
  data: string;
  port: number;
  durable: boolean;
}

/** Settings stand on the command line and not in the data's postgresql.conf, so a new release changes them for old data too. */
export function serverArguments({ data, port, durable }: ServerSettings): string[] {
  const settings = { ...everywhere, ...(durable ? kept : thrownAway) };
  return [
    '-D',
    data,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

const everywhere = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  // The reasons of a failed start and of a crash are logged at this level; failed statements, which their callers see, are not.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  logging_collector: 'off',
  jit: 'off',
  // A system call for each statement, for a list of processes that nobody looks at.
  update_process_title: 'off',
  max_wal_size: '2GB',
  // Nobody replicates an embedded server, so the log needs only what a crash needs.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Short statements by many clients on few cores: a second process for one of them takes its core from another.
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  work_mem: '8MB',
};

const kept = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '128MB',
  min_wal_size: '256MB',
  checkpoint_completion_target: '0.9',
  // Statements are planned once per connection, and anew when a table was analysed: a plan made for an empty table must
  // not outlive its emptiness by long.
  autovacuum_naptime: '5s',
};

const thrownAway = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '64MB',
  checkpoint_timeout: '1h',
  io_method: 'sync',
};
