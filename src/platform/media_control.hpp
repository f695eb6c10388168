#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "bridge/bridge.hpp"
#include "platform/shard_io.hpp"

namespace parley::platform {

/// Between a conversation's calling and its bridge: gets the prompts that an operation needs, then
/// lets the bridge play or record; tells calling when a prompt could not be had.
class MediaControl {
 public:
  MediaControl(bridge::Bridge& bridge, ApplicationId application)
      : bridge_(bridge), application_(application) {}

  void execute(const Now& now, const model::BridgeCommand& command, std::uint64_t& next_job);
  /// A prompt that was wanted came, or could not be had.
  void handle_input(const Now& now, const PromptReady& ready);

  /// To be asked of shard 0; `from` is for the shard to fill in.
  std::optional<PromptWanted> poll_wanted();
  /// What calling must hear: an operation that failed for want of a prompt.
  std::optional<model::BridgeEvent> poll_event();

 private:
  struct Pending {
    OperationId operation;
    PortId from;
    std::variant<model::PlayOptions, model::RecordOptions> work;
    std::vector<bridge::ReadyPrompt> prompts;
    std::size_t missing = 0;
  };
  struct Job {
    OperationId operation;
    std::size_t index;  ///< of the prompt in its operation
  };

  void begin(const Now& now, Pending pending, const std::vector<model::PromptItem>& items,
             std::uint64_t& next_job);
  void start(const Now& now, const Pending& pending);
  void fail(const Pending& pending, const std::string& why);

  bridge::Bridge& bridge_;
  ApplicationId application_;
  std::map<OperationId, Pending> pending_;
  std::map<JobId, std::optional<Job>> jobs_;  ///< empty: only warms the cache
  std::deque<PromptWanted> wanted_;
  std::deque<model::BridgeEvent> events_;
};

}  // namespace parley::platform
