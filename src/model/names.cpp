#include "model/names.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace parley::model {
namespace {

struct IrregularName {
  std::string_view cpp;
  std::string_view json;
};
constexpr IrregularName kIrregularNames[] = {
    {"odata_context", "@odata.context"},
    {"odata_id", "@odata.id"},
    {"odata_etag", "@odata.etag"},
};

// Dialects as a set.
constexpr unsigned kV1 = 1u << static_cast<unsigned>(Dialect::v1_0);
constexpr unsigned kBeta = 1u << static_cast<unsigned>(Dialect::beta);
constexpr unsigned k2019 = 1u << static_cast<unsigned>(Dialect::app_2019);
constexpr std::string_view kAny = "*";

struct Absence {
  std::string_view type;
  std::string_view member;
  unsigned dialects;  ///< those that don't have the member
};

/// Sources: the metadata of each dialect as resource-types.md tabulates it, and api-contract §10,
/// §11.
constexpr Absence kAbsences[] = {
    // Operation times were dropped, the reason of completion never reached v1.0.
    {kAny, "createdDateTime", kV1 | kBeta},
    {kAny, "lastActionDateTime", kV1 | kBeta},
    {"playPromptOperation", "completionReason", kV1},
    {"recordOperation", "completionReason", kV1},
    // call
    {"call", "activeModalities", kV1},
    {"call", "callChainId", k2019},
    {"call", "callOptions", k2019},
    {"call", "incomingContext", k2019},
    {"call", "mediaState", k2019},
    {"call", "transcription", k2019},
    {"call", "ringingTimeoutInSeconds", kV1},
    {"call", "terminationReason", kV1},
    // who
    {"participantInfo", "countryCode", k2019},
    {"participantInfo", "endpointType", k2019},
    {"participantInfo", "participantId", k2019},
    {"invitationParticipantInfo", "hidden", k2019},
    {"invitationParticipantInfo", "participantId", k2019},
    {"invitationParticipantInfo", "removeFromDefaultAudioRoutingGroup", k2019},
    {"participant", "removedState", k2019},
    {"participant", "rosterSequenceNumber", k2019},
    // media
    {"serviceHostedMediaConfig", "removeFromDefaultAudioGroup", kV1},
    {"appHostedMediaConfig", "removeFromDefaultAudioGroup", kV1},
    {"organizerMeetingInfo", "allowConversationWithoutHost", kV1},
    {"tokenMeetingInfo", "allowConversationWithoutHost", kV1},
    {"joinMeetingIdMeetingInfo", "allowConversationWithoutHost", kV1},
    {"mediaPrompt", "loop", kV1},
    // request bodies
    {"playPromptRequest", "loop", kV1},
    {"recordResponseRequest", "streamWhileRecording", kV1},
    {"recordResponseRequest", "recordingFormat", kV1 | kBeta},
    {"cancelMediaProcessingRequest", "all", kV1 | kBeta},
    {"answerRequest", "callOptions", k2019},
    {"answerRequest", "participantCapacity", k2019},
    {"rejectRequest", "callbackUri", k2019},
};

struct Rename {
  std::string_view type;
  std::string_view member;
  unsigned dialects;
  std::string_view name;
};
constexpr Rename kRenames[] = {
    {"recordOperation", "recordingLocation", k2019, "recordResourceLocation"},
    {"recordOperation", "recordingAccessToken", k2019, "recordResourceAccessToken"},
    {"resultInfo", "subcode", k2019, "subCode"},
};

struct TextNumber {
  std::string_view type;
  std::string_view member;
  unsigned written_as_text;
};
/// Published bodies of all dialects mix 200 and "200" in these, so both are read.
constexpr TextNumber kTextNumbers[] = {
    {"resultInfo", "code", k2019},
    {"resultInfo", "subcode", k2019},
};

struct NeverNull {
  std::string_view type;
  std::string_view member;  ///< "*": all of the type
};
/// Left out where other absent members are written as null: Graph's examples show no nulls for the
/// members of open types, of which only some have a sense, nor for what the metadata does not
/// declare.
constexpr NeverNull kNeverNull[] = {
    {"identity", "*"},
    {"identitySet", "*"},
    {"participantInfo", "id"},
    {"invitationParticipantInfo", "id"},
};

char upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

/// The entry of a list for a member, in which kAny stands for all; nullptr if there is
/// none.
template <class List>
auto find_entry(const List& list, std::string_view type, std::string_view member) {
  const auto entry = std::find_if(std::begin(list), std::end(list), [&](const auto& candidate) {
    return (candidate.member == kAny || candidate.member == member) &&
           (candidate.type == kAny || candidate.type == type);
  });
  return entry == std::end(list) ? nullptr : &*entry;
}

}  // namespace

std::string json_name(std::string_view cpp_name) {
  for (const auto& irregular : kIrregularNames)
    if (irregular.cpp == cpp_name) return std::string(irregular.json);
  std::string name;
  bool capital = false;
  for (const char c : cpp_name) {
    if (c != '_') name += capital ? upper(c) : c;
    capital = c == '_';
  }
  return name;
}

std::string graph_type_name(std::string_view cpp_name) {
  std::string name(cpp_name);
  name.front() = lower_case(name.front());
  return name;
}

std::optional<MemberForm> member_form(std::string_view type, std::string_view member,
                                      Dialect dialect) {
  const unsigned bit = 1u << static_cast<unsigned>(dialect);
  const auto* absence = find_entry(kAbsences, type, member);
  if (absence && (absence->dialects & bit)) return std::nullopt;
  MemberForm form{.name = std::string(member)};
  const auto* rename = find_entry(kRenames, type, member);
  if (rename && (rename->dialects & bit)) form.name = rename->name;
  if (const auto* number = find_entry(kTextNumbers, type, member)) {
    form.text_as_number = true;
    form.number_as_text = (number->written_as_text & bit) != 0;
  }
  form.null_when_absent = !member.starts_with('@') && !find_entry(kNeverNull, type, member);
  return form;
}

std::size_t count_characters(std::string_view text) {
  const auto starts = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
}

}  // namespace parley::model
