#include "notify/outbox.hpp"

#include <algorithm>
#include <utility>

#include "notify/attempt_text.hpp"

namespace parley::notify {
namespace {

using model::NoticeKind;
using model::NotificationStatus;

bool is_tone(const Entry& entry) {
  return entry.notice.kind == NoticeKind::tone;
}
bool is_incoming(const Entry& entry) {
  return entry.notice.kind == NoticeKind::incoming_call;
}
bool is_last(const Entry& entry) {
  return entry.notice.kind == NoticeKind::call_ended ||
         entry.notice.kind == NoticeKind::call_rejected;
}

}  // namespace

model::NotificationRecord record_of(const calling::NotifyBot& notify, UtcTime now) {
  model::NotificationRecord record;
  record.id = notify.id;
  record.call_id = notify.notice.call.id;
  record.application_id = notify.notice.call.application_id;
  record.tenant_id = notify.notice.call.tenant_id;
  record.sequence = notify.sequence;
  record.url = notify.notice.call.callback_uri;
  record.created = now;
  if (notify.sequence != 0) record.payload = model::write_notice(notify.notice);
  return record;
}

void Outbox::note(const Entry& entry, std::string what, const std::string& detail) {
  timeline_.push_back({entry.record.call_id, std::move(what), name_of(entry) + ", " + detail});
}

void Outbox::add(const Now& now, Entry entry) {
  const CallId call = entry.record.call_id;
  Lane& lane = lanes_[call];
  if (is_last(entry)) end_call(now, call, lane);
  const bool is_full = lane.waiting.size() - lane.tones >= options_.max_waiting_rows;
  if (is_full && !is_tone(entry) && !is_last(entry)) {
    ++refused_;
    entry.record.last_error = "too many notifications of this call wait";
    return settle(now, entry, NotificationStatus::set_aside);
  }
  if (is_tone(entry)) ++lane.tones;
  lane.waiting.push_back(std::move(entry));
  shed_tones(lane);
  if (lane.waiting.size() == 1) {
    begin_front(now, call, lane);
  } else if (lane.call_ended) {
    set_give_up(now, lane);
  }
  reschedule(call);
  shed_ended_calls(now);
}

void Outbox::end_call(const Now& now, CallId call, Lane& lane) {
  if (lane.call_ended) ended_.erase({lane.ended_at, call});
  lane.call_ended = true;
  lane.ended_at = now.monotonic;
  ended_.emplace(lane.ended_at, call);
}

void Outbox::remove_lane(CallId call) {
  const auto found = lanes_.find(call);
  ended_.erase({found->second.ended_at, call});
  lanes_.erase(found);
}

void Outbox::shed_ended_calls(const Now& now) {
  if (ended_.size() <= options_.max_ended_calls) return;
  const CallId call = ended_.begin()->second;
  Lane& lane = lanes_.at(call);
  if (lane.in_flight) {
    outputs_.emplace_back(AttemptUnwanted{*lane.in_flight});
    attempts_.erase(*lane.in_flight);
  }
  for (Entry& entry : lane.waiting) {
    if (entry.record.last_error.empty())
      entry.record.last_error = "too many calls that are over wait to be told";
    settle(now, entry, NotificationStatus::set_aside);
  }
  ++given_up_;
  remove_lane(call);
  reschedule(call);
}

void Outbox::reschedule(CallId call) {
  const auto found = lanes_.find(call);
  deadlines_.set(call, found == lanes_.end()
                           ? std::nullopt
                           : soonest(found->second.retry_at, found->second.give_up_at));
}

void Outbox::shed_tones(Lane& lane) {
  // The front one may be in flight: it stays.
  const std::size_t behind = lane.tones - (is_tone(lane.waiting.front()) ? 1 : 0);
  if (behind <= options_.max_waiting_tones) return;
  lane.waiting.erase(std::find_if(lane.waiting.begin() + 1, lane.waiting.end(), is_tone));
  --lane.tones;
  ++dropped_tones_;
}

void Outbox::begin_front(const Now& now, CallId call, Lane& lane) {
  set_give_up(now, lane);
  // What is late already is set aside by the timeout that is due now, without an attempt.
  if (!lane.give_up_at || *lane.give_up_at > now.monotonic) attempt(call, lane);
}

void Outbox::set_give_up(const Now& now, Lane& lane) const {
  const Entry& front = lane.waiting.front();
  lane.give_up_at.reset();
  if (is_incoming(front)) {
    lane.give_up_at = now + options_.incoming_window;
  } else if (lane.call_ended) {
    lane.give_up_at =
        lane.ended_at + (is_last(front) ? options_.last_after_end : options_.after_end);
  }
}

void Outbox::attempt(CallId call, Lane& lane) {
  lane.retry_at.reset();
  const AttemptId id{next_attempt_++};
  lane.in_flight = id;
  attempts_.emplace(id, call);
  outputs_.emplace_back(AttemptWanted{id, lane.waiting.front()});
}

void Outbox::attempt_finished(const Now& now, AttemptId id, const AttemptResult& result) {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return;
  const CallId call = found->second;
  const ApplicationId application = lanes_.at(call).waiting.front().record.application_id;
  attempts_.erase(found);
  finish_attempt(now, call, result);
  reschedule(call);
  if (!result.is_postponed) give_place(application);
}

void Outbox::give_place(ApplicationId application) {
  const auto waiting = want_place_.find(application);
  if (waiting == want_place_.end()) return;
  bool is_given = false;
  while (!is_given && !waiting->second.empty()) {
    const CallId call = waiting->second.front();
    waiting->second.pop_front();
    const auto lane = lanes_.find(call);
    if (lane == lanes_.end() || !std::exchange(lane->second.wants_place, false)) continue;
    if (lane->second.postponed == 0 || lane->second.in_flight) continue;
    attempt(call, lane->second);
    reschedule(call);
    is_given = true;
  }
  if (waiting->second.empty()) want_place_.erase(waiting);
}

void Outbox::finish_attempt(const Now& now, CallId call, const AttemptResult& result) {
  Lane& lane = lanes_.at(call);
  lane.in_flight.reset();
  Entry& front = lane.waiting.front();
  if (result.is_postponed) {
    if (front.record.last_error.empty()) front.record.last_error = result.error;
    // A place that becomes free is given at once; on other shards, too, they may.
    lane.retry_at = now + retry_delay(options_, is_incoming(front), ++lane.postponed, random_);
    if (!std::exchange(lane.wants_place, true))
      want_place_[front.record.application_id].push_back(call);
    return;
  }
  lane.postponed = 0;
  ++front.record.attempts;
  if (result.status >= 200 && result.status < 300) {
    note(front, "notified", attempt_text(front, result));
    return settle_front(now, call, lane, NotificationStatus::taken);
  }
  front.record.last_error = result_text(result);
  const bool redirect = (result.status == 302 || result.status == 307) && !result.location.empty();
  const bool follows = redirect && is_incoming(front) && front.redirected_to.empty();
  note(front, follows ? "notification redirected" : "notification refused",
       attempt_text(front, result));
  if (follows) {
    front.redirected_to = result.location;
    return attempt(call, lane);
  }
  lane.retry_at = now + retry_delay(options_, is_incoming(front), front.record.attempts, random_);
}

void Outbox::settle(const Now& now, Entry& entry, NotificationStatus status) {
  if (!is_tone(entry)) {
    entry.record.status = status;
    entry.record.settled = now.utc;
    rows_.emplace_back(model::Row(entry.record));
  }
  if (status == NotificationStatus::set_aside)
    note(entry, "notification set aside",
         "attempts: " + std::to_string(entry.record.attempts) + ", " + entry.record.last_error);
}

void Outbox::settle_front(const Now& now, CallId call, Lane& lane, NotificationStatus status) {
  Entry& front = lane.waiting.front();
  if (lane.in_flight) {
    // A bot that acted on the call may do so inside the very request, which must not break off.
    if (status != NotificationStatus::taken)
      outputs_.emplace_back(AttemptUnwanted{*lane.in_flight});
    attempts_.erase(*lane.in_flight);
    lane.in_flight.reset();
  }
  settle(now, front, status);
  if (is_tone(front)) --lane.tones;
  lane.waiting.pop_front();
  lane.postponed = 0;
  lane.retry_at.reset();
  lane.give_up_at.reset();
  if (!lane.waiting.empty()) return begin_front(now, call, lane);
  if (lane.call_ended) remove_lane(call);
}

void Outbox::close_incoming(const Now& now, CallId call, bool was_answered) {
  const auto found = lanes_.find(call);
  if (found == lanes_.end() || found->second.waiting.empty()) return;
  if (!is_incoming(found->second.waiting.front())) return;
  std::string& why = found->second.waiting.front().record.last_error;
  if (!was_answered && why.empty()) why = "the call was over before it was taken";
  // A bot that acted on the call has heard of it, whatever its webhook answered.
  settle_front(now, call, found->second,
               was_answered ? NotificationStatus::taken : NotificationStatus::set_aside);
  reschedule(call);
}

void Outbox::close_call(const Now& now, CallId call) {
  const auto found = lanes_.find(call);
  if (found == lanes_.end()) return;
  Lane& lane = found->second;
  end_call(now, call, lane);
  if (lane.waiting.empty())
    remove_lane(call);
  else
    set_give_up(now, lane);
  reschedule(call);
  shed_ended_calls(now);
}

bool Outbox::holds(CallId call, NotificationId notification) const {
  const auto lane = lanes_.find(call);
  if (lane == lanes_.end()) return false;
  return std::ranges::any_of(lane->second.waiting, [notification](const Entry& entry) {
    return entry.record.id == notification;
  });
}

std::optional<UtcTime> Outbox::oldest_waiting() const {
  std::optional<UtcTime> oldest;
  for (const auto& [call, lane] : lanes_)
    if (!lane.waiting.empty())
      oldest = std::min(oldest.value_or(UtcTime::max()), lane.waiting.front().record.created);
  return oldest;
}

void Outbox::handle_timeout(const Now& now) {
  while (const auto call = deadlines_.due(now.monotonic)) {
    Lane& lane = lanes_.at(*call);
    if (lane.give_up_at && *lane.give_up_at <= now.monotonic) {
      std::string& why = lane.waiting.front().record.last_error;
      if (why.empty()) why = "there was no time left to tell it";
      settle_front(now, *call, lane, NotificationStatus::set_aside);
    } else {
      attempt(*call, lane);
    }
    reschedule(*call);
  }
}

std::optional<Deadline<OutboxTimer>> Outbox::next_deadline() const {
  const auto next = deadlines_.next();
  if (!next) return std::nullopt;
  const Lane& lane = lanes_.at(*deadlines_.due(*next));
  return Deadline{*next, lane.retry_at == next ? OutboxTimer::retry : OutboxTimer::give_up};
}

std::optional<OutboxOutput> Outbox::poll_output() {
  if (outputs_.empty()) return std::nullopt;
  OutboxOutput output = std::move(outputs_.front());
  outputs_.pop_front();
  return output;
}

std::vector<model::RowChange> Outbox::take_rows() {
  return std::exchange(rows_, {});
}

std::vector<calling::TimelineEntry> Outbox::take_timeline() {
  return std::exchange(timeline_, {});
}

}  // namespace parley::notify
