#pragma once

#include <memory>
#include <vector>

#include "platform/shard_io.hpp"
#include "server/client_front.hpp"
#include "server/directory_board.hpp"
#include "server/prompt_fetcher.hpp"
#include "server/recording_files.hpp"
#include "server/responder_table.hpp"
#include "server/shard_jobs.hpp"
#include "server/shared_locator.hpp"
#include "server/webhook_sender.hpp"
#include "server/writer_thread.hpp"

namespace parley::server {

/// Who carries out what shards ask for. All are thread-safe and must outlive the router.
struct EventTargets {
  WriterThread& writer;
  ResponderTable& responders;
  ClientFront& clients;
  WebhookSender& webhooks;
  PromptFetcher& prompts;
  ShardJobs& jobs;
  RecordingFiles& recordings;
  SharedLocator& locator;
  DirectoryBoard& directory;
  OfferToShard offer_media;
  PostToShard post;
  platform::ShardIndex shards = 1;
};

/// One event of a shard, on that shard's thread: one line for each kind says who does it.
class EventRouter {
 public:
  explicit EventRouter(EventTargets targets) : to_(std::move(targets)) {}

  void route(platform::ShardIndex from, platform::ShardEvent event);

 private:
  void carry_out(platform::ShardIndex from, platform::Commit& event);
  void carry_out(platform::ShardIndex from, platform::HttpAnswer& event);
  void carry_out(platform::ShardIndex from, platform::SendToClient& event);
  void carry_out(platform::ShardIndex from, platform::CloseClient& event);
  void carry_out(platform::ShardIndex from, platform::SendWebhook& event);
  void carry_out(platform::ShardIndex from, platform::CancelWebhook& event);
  void carry_out(platform::ShardIndex from, platform::FetchPrompt& event);
  void carry_out(platform::ShardIndex from, platform::EncodePrompt& event);
  void carry_out(platform::ShardIndex from, platform::CheckPassword& event);
  void carry_out(platform::ShardIndex from, platform::HashPassword& event);
  void carry_out(platform::ShardIndex from, platform::MakeSigningKey& event);
  void carry_out(platform::ShardIndex from, platform::AppendRecording& event);
  void carry_out(platform::ShardIndex from, platform::FinishRecording& event);
  void carry_out(platform::ShardIndex from, platform::DeleteRecording& event);
  void carry_out(platform::ShardIndex from, platform::CallLocated& event);
  void carry_out(platform::ShardIndex from, platform::CallForgotten& event);
  void carry_out(platform::ShardIndex from, platform::PublishDirectory& event);
  void carry_out(platform::ShardIndex from, platform::ToShard& event);

  EventTargets to_;
};

}  // namespace parley::server
