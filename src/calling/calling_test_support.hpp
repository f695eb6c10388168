#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "calling/batch.hpp"
#include "model/describe.hpp"

namespace parley::calling {

/// A clock that stands still until a test moves it, and what the steps have caused so far.
struct StepHost {
  Now now{Instant{std::chrono::seconds(100)}, UtcTime{std::chrono::days(20'000)}};
  SeededRandom random{1};
  CallingOptions options;
  Batch batch;
  Step step{now, random, options, batch};

  /// What the bot was told since the last time, e.g. `2 terminated 200/7000` or `3 record
  /// 400/8508`: the sequence number, then the call's state or the operation's kind with their
  /// outcome.
  std::vector<std::string> told() {
    std::vector<std::string> texts;
    for (const GatedEffect& effect : batch.gated)
      if (const auto* notify = std::get_if<NotifyBot>(&effect)) texts.push_back(text_of(*notify));
    batch.gated.clear();
    return texts;
  }

  /// What the bridge was told since the last time, e.g. `play 0`: the verb, and which of
  /// `operations` it is about.
  std::vector<std::string> commands(const std::vector<OperationId>& operations) {
    std::vector<std::string> texts;
    const auto index = [&](OperationId id) {
      return std::to_string(std::find(operations.begin(), operations.end(), id) -
                            operations.begin());
    };
    for (const model::BridgeCommand& command : batch.bridge) {
      if (const auto* play = std::get_if<model::StartPlay>(&command))
        texts.push_back("play " + index(play->operation));
      else if (const auto* record = std::get_if<model::StartRecord>(&command))
        texts.push_back("record " + index(record->operation));
      else if (const auto* stop = std::get_if<model::StopOperation>(&command))
        texts.push_back((stop->keep_recording ? "keep " : "stop ") + index(stop->operation));
      else if (const auto* mute = std::get_if<model::MutePort>(&command))
        texts.emplace_back(mute->muted ? "mute" : "unmute");
      else
        texts.emplace_back("another command");
    }
    batch.bridge.clear();
    return texts;
  }

 private:
  static std::string outcome(std::int32_t code, std::int32_t subcode) {
    return code == 0 ? "" : " " + std::to_string(code) + "/" + std::to_string(subcode);
  }
  static std::string text_of(const NotifyBot& notify) {
    const model::Notice& notice = notify.notice;
    const std::string head = std::to_string(notify.sequence) + " ";
    if (notice.tone) return head + std::string(model::enum_name(*notice.tone));
    if (notice.audio) return head + "audio " + std::string(model::enum_name(*notice.audio));
    if (const auto& operation = notice.operation)
      return head + std::string(model::enum_name(operation->kind)) +
             outcome(operation->code, operation->subcode);
    return head + std::string(model::enum_name(notice.call.state)) +
           outcome(notice.call.code, notice.call.subcode);
  }
};

}  // namespace parley::calling
