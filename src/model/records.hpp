#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "model/directory_records.hpp"
#include "model/graph_enums.hpp"

namespace parley::model {

// The durable records of calls. What they carry is text and numbers that the store keeps as they
// are; `calling/`, `notify/` and `platform/recovery` know their meaning.

/// One bot's end of a conversation. `code`, `subcode` and `message` are its Graph resultInfo.
struct CallRecord {
  static constexpr const char* kTable = "calls";
  CallId id;
  CallChainId chain_id;
  ConversationId conversation_id;
  TenantId tenant_id;
  ApplicationId application_id;
  ParticipantId my_participant_id;
  ParticipantId source_participant_id;
  std::optional<UserId> source_user_id;
  std::string source_display_name;
  bool source_hidden = false;  ///< the application has no Calls.* role: it is not told who calls
  std::string application_display_name;
  CallDirection direction = CallDirection::incoming;
  CallState state = CallState::incoming;
  Dialect dialect = Dialect::v1_0;  ///< of what is told about it
  std::string callback_uri;
  UtcTime created{};
  std::optional<UtcTime> established;
  std::optional<UtcTime> ended;
  std::int32_t code = 0;
  std::int32_t subcode = 0;
  std::string message;
  std::uint32_t next_sequence = 1;  ///< of the next notification, `X-Parley-Sequence`

  friend bool operator==(const CallRecord&, const CallRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(CallRecord, (),
                      (id, chain_id, conversation_id, tenant_id, application_id, my_participant_id,
                       source_participant_id, source_user_id, source_display_name, source_hidden,
                       application_display_name, direction, state, dialect, callback_uri, created,
                       established, ended, code, subcode, message, next_sequence))

/// The asynchronous acts of a call.
BOOST_DEFINE_ENUM_CLASS(OperationKind, play_prompt, record, subscribe_to_tone,
                        cancel_media_processing, mute, unmute)

/// An asynchronous act on a call, Graph's commsOperation.
struct OperationRecord {
  static constexpr const char* kTable = "operations";
  OperationId id;
  CallId call_id;
  OperationKind kind = OperationKind::play_prompt;
  OperationStatus status = OperationStatus::running;
  Dialect dialect = Dialect::v1_0;  ///< of the request that started it
  std::optional<std::string> client_context;
  UtcTime created{};
  std::optional<UtcTime> completed;  ///< absent while it runs
  std::int32_t code = 0;
  std::int32_t subcode = 0;
  std::string message;
  std::optional<RecordCompletionReason> completion_reason;

  friend bool operator==(const OperationRecord&, const OperationRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(OperationRecord, (),
                      (id, call_id, kind, status, dialect, client_context, created, completed, code,
                       subcode, message, completion_reason))

enum class NotificationStatus {
  pending,    ///< to be told
  taken,      ///< the bot answered with a 2xx
  set_aside,  ///< given up; an operator may list, replay or discard it
};
BOOST_DESCRIBE_ENUM(NotificationStatus, pending, taken, set_aside)

/// One row of the outbox. `payload` is what `notify/render` makes the body of; never a tone.
struct NotificationRecord {
  static constexpr const char* kTable = "notifications";
  NotificationId id;
  CallId call_id;
  ApplicationId application_id;
  TenantId tenant_id;
  std::uint32_t sequence = 0;  ///< per call, from 1, without gaps
  std::string url;
  std::string payload;
  UtcTime created{};
  NotificationStatus status = NotificationStatus::pending;
  std::uint32_t attempts = 0;
  std::string last_error;
  std::optional<UtcTime> settled;  ///< when it was taken or set aside

  friend bool operator==(const NotificationRecord&, const NotificationRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(NotificationRecord, (),
                      (id, call_id, application_id, tenant_id, sequence, url, payload, created,
                       status, attempts, last_error, settled))

/// A recording's file, in the data folder's `recordings/`.
struct RecordingRecord {
  static constexpr const char* kTable = "recordings";
  OperationId operation_id;
  CallId call_id;
  TenantId tenant_id;
  ApplicationId application_id;
  std::string file_name;
  std::uint64_t bytes = 0;
  UtcTime created{};
  std::optional<UtcTime> expires;  ///< absent until its call has ended
  bool complete = false;           ///< false while it is being written

  friend bool operator==(const RecordingRecord&, const RecordingRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(RecordingRecord, (),
                      (operation_id, call_id, tenant_id, application_id, file_name, bytes, created,
                       expires, complete))

/// One line of what `parley call show` prints. Append-only: it has no key, and holds no tone, token
/// or secret.
struct TimelineRecord {
  static constexpr const char* kTable = "timeline";
  CallId call_id;
  UtcTime at{};
  std::string entry;  ///< JSON

  friend bool operator==(const TimelineRecord&, const TimelineRecord&) = default;
};
BOOST_DESCRIBE_STRUCT(TimelineRecord, (), (call_id, at, entry))

/// A record to keep: written whole, in place of the one with the same key.
using Row = std::variant<TenantRecord, ApplicationRecord, ApplicationSecretRecord,
                         ApplicationCertificateRecord, GrantRecord, UserRecord, RefreshTokenRecord,
                         SigningKeyRecord, CallRecord, OperationRecord, NotificationRecord,
                         RecordingRecord, TimelineRecord>;

/// The record's primary key: the first described member. A TimelineRecord has none.
template <class Record>
const auto& key_of(const Record& record) {
  static_assert(!std::is_same_v<Record, TimelineRecord>, "the timeline is append-only");
  using Members = boost::describe::describe_members<Record, boost::describe::mod_public>;
  return record.*boost::mp11::mp_front<Members>::pointer;
}

template <class Record>
using KeyOf = std::remove_cvref_t<decltype(key_of(std::declval<const Record&>()))>;

/// Removes the record with that key, if there is one.
template <class Record>
struct Erase {
  KeyOf<Record> key;

  friend bool operator==(const Erase&, const Erase&) = default;
};

/// What may be erased one by one. The records of calls go by retention instead.
using EraseRow =
    std::variant<Erase<TenantRecord>, Erase<ApplicationRecord>, Erase<ApplicationSecretRecord>,
                 Erase<ApplicationCertificateRecord>, Erase<GrantRecord>, Erase<UserRecord>,
                 Erase<RefreshTokenRecord>, Erase<SigningKeyRecord>, Erase<NotificationRecord>,
                 Erase<RecordingRecord>>;

/// One change of a batch that is committed whole.
using RowChange = std::variant<Row, EraseRow>;
using RowChanges = std::vector<RowChange>;

/// What a crash left, as the store loads it at start.
struct RecoveryRecords {
  std::vector<CallRecord> calls{};                  ///< not ended
  std::vector<OperationRecord> operations{};        ///< not completed
  std::vector<NotificationRecord> notifications{};  ///< pending, by call and sequence
  std::vector<RecordingRecord> recordings{};        ///< all that are kept
};

}  // namespace parley::model
