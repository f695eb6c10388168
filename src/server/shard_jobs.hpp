#pragma once

#include "base/log.hpp"
#include "platform/shard_io.hpp"
#include "server/mailbox.hpp"
#include "server/worker_pool.hpp"

namespace parley::server {

/// What shards ask of workers. Each job is answered, also when the pool is full.
class ShardJobs {
 public:
  ShardJobs(WorkerPool& pool, PostToShard post, LogSink& log)
      : pool_(pool), post_(std::move(post)), log_(log) {}

  void encode(platform::ShardIndex shard, platform::EncodePrompt job);
  void check(platform::ShardIndex shard, platform::CheckPassword job);
  void hash(platform::ShardIndex shard, platform::HashPassword job);

 private:
  WorkerPool& pool_;
  PostToShard post_;
  LogSink& log_;
};

}  // namespace parley::server
