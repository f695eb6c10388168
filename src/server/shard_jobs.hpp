#pragma once

#include <atomic>
#include <memory>

#include "base/log.hpp"
#include "platform/shard_io.hpp"
#include "server/mailbox.hpp"
#include "server/worker_pool.hpp"

namespace parley::server {

/// What shards ask of workers. Each job is answered, also when nobody has time for it.
class ShardJobs {
 public:
  /// Passwords that are checked or hashed at once, waiting ones included: each takes a worker some
  /// 50 ms, and prompts wait for the same workers.
  static constexpr int kMaxPasswordJobs = 32;

  ShardJobs(WorkerPool& pool, PostToShard post, LogSink& log)
      : pool_(pool), post_(std::move(post)), log_(log) {}

  void encode(platform::ShardIndex shard, platform::EncodePrompt job);
  void check(platform::ShardIndex shard, platform::CheckPassword job);
  void hash(platform::ShardIndex shard, platform::HashPassword job);
  void make_key(platform::ShardIndex shard, platform::MakeSigningKey job);

 private:
  /// Runs `work` and posts what it makes; `otherwise` when nobody has time.
  template <class Work>
  void run_password_job(platform::ShardIndex shard, Work work, platform::ShardInput otherwise);

  WorkerPool& pool_;
  PostToShard post_;
  LogSink& log_;
  /// Shared with the jobs, which may outlive this.
  std::shared_ptr<std::atomic<int>> password_jobs_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace parley::server
