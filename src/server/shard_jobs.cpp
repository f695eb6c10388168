#include "server/shard_jobs.hpp"

#include "crypto/system_random.hpp"
#include "identity/password.hpp"
#include "identity/signing_keys.hpp"
#include "media/prompt_encoder.hpp"
#include "net/event_loop.hpp"

namespace parley::server {
namespace {

const media::PromptEncoding& all_codecs() {
  static const media::PromptEncoding encoding{
      .codecs = {codec::Codec::opus, codec::Codec::pcmu, codec::Codec::pcma}};
  return encoding;
}

platform::PromptEncoded encoded(const platform::EncodePrompt& job) {
  auto prompt = media::encode_wav_prompt(as_bytes(job.wav), all_codecs());
  if (prompt) return {job.job, std::move(*prompt), ""};
  return {job.job, nullptr, prompt.error().text};
}

}  // namespace

void ShardJobs::encode(platform::ShardIndex shard, platform::EncodePrompt job) {
  const platform::JobId id = job.job;
  if (pool_.run([post = post_, shard, job = std::move(job)] { post(shard, encoded(job)); })) return;
  log_.write(LogLevel::warning, "prompt_not_encoded", {{"reason", "too many jobs wait"}});
  post_(shard, platform::PromptEncoded{id, nullptr, "the server is too busy to encode a prompt"});
}

template <class Work>
void ShardJobs::run_password_job(platform::ShardIndex shard, Work work,
                                 platform::ShardInput otherwise) {
  const bool free = password_jobs_->fetch_add(1) < kMaxPasswordJobs;
  if (free && pool_.run([post = post_, shard, work = std::move(work), jobs = password_jobs_] {
        post(shard, work());
        --*jobs;
      }))
    return;
  --*password_jobs_;
  log_.write(LogLevel::warning, "password_job_refused", {{"reason", "too many wait"}});
  post_(shard, std::move(otherwise));
}

void ShardJobs::check(platform::ShardIndex shard, platform::CheckPassword job) {
  const platform::JobId id = job.job;
  const auto work = [check = std::move(job.check), id] {
    return platform::PasswordChecked{id,
                                     identity::password_matches(check.password, check.stored_hash)};
  };
  run_password_job(shard, work, platform::PasswordChecked{id, std::nullopt});
}

void ShardJobs::hash(platform::ShardIndex shard, platform::HashPassword job) {
  const platform::JobId id = job.job;
  const auto work = [password = std::move(job.password), id] {
    crypto::SystemRandom random;
    return platform::PasswordHashed{id, identity::hash_password(password, random)};
  };
  run_password_job(shard, work, platform::PasswordHashed{id, ""});
}

void ShardJobs::make_key(platform::ShardIndex shard, platform::MakeSigningKey job) {
  const bool taken = pool_.run([post = post_, shard, job] {
    post(shard, platform::SigningKeyMade{
                    identity::make_signing_key(net::read_clocks().utc, job.algorithm)});
  });
  if (!taken) post_(shard, platform::SigningKeyMade{});
}

}  // namespace parley::server
