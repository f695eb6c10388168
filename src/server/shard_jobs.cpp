#include "server/shard_jobs.hpp"

#include "crypto/system_random.hpp"
#include "identity/password.hpp"
#include "media/prompt_encoder.hpp"

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

void ShardJobs::check(platform::ShardIndex shard, platform::CheckPassword job) {
  const platform::JobId id = job.job;
  const bool taken = pool_.run([post = post_, shard, job = std::move(job)] {
    const bool matches = identity::password_matches(job.check.password, job.check.stored_hash);
    post(shard, platform::PasswordChecked{job.job, matches});
  });
  if (taken) return;
  log_.write(LogLevel::warning, "password_not_checked", {{"reason", "too many jobs wait"}});
  post_(shard, platform::PasswordChecked{id, false});
}

void ShardJobs::hash(platform::ShardIndex shard, platform::HashPassword job) {
  const platform::JobId id = job.job;
  const bool taken = pool_.run([post = post_, shard, job = std::move(job)] {
    crypto::SystemRandom random;
    post(shard, platform::PasswordHashed{job.job, identity::hash_password(job.password, random)});
  });
  if (!taken) post_(shard, platform::PasswordHashed{id, ""});
}

}  // namespace parley::server
