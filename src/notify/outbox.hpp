#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "base/deadline.hpp"
#include "base/deadline_queue.hpp"
#include "calling/batch.hpp"
#include "notify/retry_policy.hpp"

namespace parley::notify {

/// Names one attempt; never reused by an outbox.
using AttemptId = Strong<struct AttemptTag, std::uint64_t>;

/// One notification in its lane. `record.sequence` is 0 for a tone, which has no row.
struct Entry {
  model::NotificationRecord record;
  model::Notice notice;
  std::string redirected_to;  ///< a 302 or 307 named it, for incoming calls only
};

/// Ask somebody with a socket to make this attempt; `Outbox::attempt_finished` takes the result.
struct AttemptWanted {
  AttemptId id;
  Entry entry;
};
/// The attempt is of no use any more: cut it.
struct AttemptUnwanted {
  AttemptId id;
};
using OutboxOutput = std::variant<AttemptWanted, AttemptUnwanted>;

/// What came of an attempt. `status` 0: no answer, `error` says why.
struct AttemptResult {
  int status = 0;
  std::string error;
  std::string location;  ///< of a redirect
  /// Nobody was asked, since no place was free here; `error` says which.
  bool is_postponed = false;
};

enum class OutboxTimer { retry, give_up };

/// The notifications of all calls of a shard. Each call has a lane: one attempt at a time, in
/// order, until taken (a 2xx) or set aside; then the lane goes on. Rows are put out as they change.
class Outbox {
 public:
  /// Counters: `webhook_tones_dropped_total`, `webhook_notifications_refused_total` (of a full
  /// lane), `webhook_calls_given_up_total` (of too many that are over).
  Outbox(const RetryOptions& options, Random& random, Counters& counters)
      : options_(options),
        random_(random),
        dropped_tones_(counters.counter("webhook_tones_dropped_total")),
        refused_(counters.counter("webhook_notifications_refused_total")),
        given_up_(counters.counter("webhook_calls_given_up_total")) {}

  /// Adds a notification whose row is committed (or a tone).
  void add(const Now& now, Entry entry);
  /// The bot answered the call, or it is over: its `created` notification is closed.
  void close_incoming(const Now& now, CallId call, bool was_answered);
  /// The call is over, and its last notification was lost: no other will follow.
  void close_call(const Now& now, CallId call);
  void attempt_finished(const Now& now, AttemptId id, const AttemptResult& result);
  void handle_timeout(const Now& now);

  std::optional<OutboxOutput> poll_output();
  /// Rows that changed (taken, set aside); they gate nothing.
  std::vector<model::RowChange> take_rows();
  std::vector<calling::TimelineEntry> take_timeline();
  std::optional<Deadline<OutboxTimer>> next_deadline() const;
  /// Whether the notification waits in its call's lane, or is being told.
  bool holds(CallId call, NotificationId notification) const;
  std::size_t lane_count() const { return lanes_.size(); }
  /// When the notification that waits longest came up; nothing when none waits. Asks every lane.
  std::optional<UtcTime> oldest_waiting() const;

 private:
  struct Lane {
    std::deque<Entry> waiting;  ///< the front one is being told
    std::size_t tones = 0;      ///< of those waiting
    std::optional<AttemptId> in_flight;
    std::optional<Instant> retry_at;
    std::optional<Instant> give_up_at;  ///< of the front one
    std::uint32_t postponed = 0;        ///< how often, since its last attempt
    bool wants_place = false;           ///< stands in `want_place_`
    bool call_ended = false;
    Instant ended_at{};
  };

  void begin_front(const Now& now, CallId call, Lane& lane);
  void attempt(CallId call, Lane& lane);
  void finish_attempt(const Now& now, CallId call, const AttemptResult& result);
  /// Its attempt ended, so that there is a place for one of those that were postponed.
  void give_place(ApplicationId application);
  void settle_front(const Now& now, CallId call, Lane& lane, model::NotificationStatus status);
  void set_give_up(const Now& now, Lane& lane) const;
  void end_call(const Now& now, CallId call, Lane& lane);
  /// Sets aside all that waits of the call that ended first, where too many wait.
  void shed_ended_calls(const Now& now);
  void remove_lane(CallId call);
  void shed_tones(Lane& lane);
  /// Ends the notification's row, if it has one.
  void settle(const Now& now, Entry& entry, model::NotificationStatus status);
  /// After whatever may have moved the lane's deadlines, or ended it.
  void reschedule(CallId call);
  void note(const Entry& entry, std::string what, const std::string& detail);

  RetryOptions options_;
  Random& random_;
  std::map<CallId, Lane> lanes_;
  std::set<std::pair<Instant, CallId>> ended_;  ///< the lanes of calls that are over
  DeadlineQueue<CallId> deadlines_;
  std::map<AttemptId, CallId> attempts_;
  /// Lanes whose attempts were postponed, the first one first. Some may be gone or told since.
  std::map<ApplicationId, std::deque<CallId>> want_place_;
  std::uint64_t next_attempt_ = 1;
  std::deque<OutboxOutput> outputs_;
  std::vector<model::RowChange> rows_;
  std::vector<calling::TimelineEntry> timeline_;
  std::uint64_t& dropped_tones_;
  std::uint64_t& refused_;
  std::uint64_t& given_up_;
};

/// The outbox row of a notification that calling wants told.
model::NotificationRecord record_of(const calling::NotifyBot& notify, UtcTime now);

}  // namespace parley::notify
