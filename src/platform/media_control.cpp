#include "platform/media_control.hpp"

#include <utility>

namespace parley::platform {

void MediaControl::execute(const Now& now, const model::BridgeCommand& command,
                           std::uint64_t& next_job) {
  struct Executor {
    MediaControl& self;
    const Now& now;
    std::uint64_t& next_job;
    void operator()(const model::StartPlay& play) {
      self.begin(now, {play.operation, play.from, play.options, {}, 0}, play.options.prompts,
                 next_job);
    }
    void operator()(const model::StartRecord& record) {
      self.begin(now, {record.operation, record.from, record.options, {}, 0},
                 record.options.prompts, next_job);
    }
    void operator()(const model::StopOperation& stop) {
      self.pending_.erase(stop.operation);
      self.bridge_.stop(now, stop.operation, stop.keep_recording);
    }
    void operator()(const model::PrefetchPrompts& prefetch) {
      for (const model::PromptRef& prompt : prefetch.prompts) {
        const JobId job{next_job++};
        self.jobs_.emplace(job, std::nullopt);
        self.wanted_.push_back({0, job, self.application_, prompt});
      }
    }
    void operator()(const model::MutePort& mute) { self.bridge_.mute(mute.port, mute.muted); }
    void operator()(const model::OpenMedia&) { self.bridge_.open(now); }
    void operator()(const model::CloseMedia&) {
      self.pending_.clear();
      self.bridge_.close(now);
    }
  };
  std::visit(Executor{*this, now, next_job}, command);
}

void MediaControl::begin(const Now& now, Pending pending,
                         const std::vector<model::PromptItem>& items, std::uint64_t& next_job) {
  pending.missing = items.size();
  for (std::size_t i = 0; i < items.size(); ++i) {
    pending.prompts.push_back({nullptr, items[i].loops});
    const JobId job{next_job++};
    jobs_.emplace(job, Job{pending.operation, i});
    wanted_.push_back({0, job, application_, items[i].prompt});
  }
  if (pending.missing == 0) return start(now, pending);
  pending_.emplace(pending.operation, std::move(pending));
}

void MediaControl::handle_input(const Now& now, const PromptReady& ready) {
  const auto found = jobs_.find(ready.job);
  if (found == jobs_.end()) return;
  const std::optional<Job> job = found->second;
  jobs_.erase(found);
  const auto waiting = job ? pending_.find(job->operation) : pending_.end();
  if (waiting == pending_.end()) return;
  Pending& pending = waiting->second;
  if (!ready.prompt) {
    fail(pending, ready.error);
    pending_.erase(waiting);
    return;
  }
  pending.prompts[job->index].prompt = ready.prompt;
  if (--pending.missing > 0) return;
  start(now, pending);
  pending_.erase(waiting);
}

void MediaControl::start(const Now& now, const Pending& pending) {
  if (const auto* play = std::get_if<model::PlayOptions>(&pending.work)) {
    bridge_.play(now, pending.operation, pending.from, pending.prompts, play->loop_for_ever);
  } else {
    bridge_.record(now, pending.operation, pending.from, pending.prompts,
                   std::get<model::RecordOptions>(pending.work));
  }
}

void MediaControl::fail(const Pending& pending, const std::string& why) {
  const model::Outcome outcome{400, 8536, why};
  if (std::holds_alternative<model::PlayOptions>(pending.work)) {
    events_.push_back(model::PlayEnded{pending.operation, outcome});
  } else {
    events_.push_back(model::RecordEnded{pending.operation, outcome,
                                         model::RecordCompletionReason::play_prompt_failed, false});
  }
}

std::optional<PromptWanted> MediaControl::poll_wanted() {
  if (wanted_.empty()) return std::nullopt;
  PromptWanted wanted = std::move(wanted_.front());
  wanted_.pop_front();
  return wanted;
}

std::optional<model::BridgeEvent> MediaControl::poll_event() {
  if (events_.empty()) return std::nullopt;
  model::BridgeEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace parley::platform
