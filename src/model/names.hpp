#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/dialect.hpp"

namespace parley::model {

/// C++ name of a member or an enumerator to its JSON name: `recording_location` →
/// recordingLocation, `default_` → default. The irregular ones are listed in names.cpp.
std::string json_name(std::string_view cpp_name);

/// C++ name of a struct to its Graph type: PlayPromptOperation → playPromptOperation.
std::string graph_type_name(std::string_view cpp_name);

/// How a dialect writes a member.
struct MemberForm {
  std::string name;
  bool number_as_text = false;   ///< written as "200" and not as 200
  bool null_when_absent = true;  ///< where absent members are written at all (AbsentMembers::null)
  bool text_as_number = false;   ///< when reading, "200" is taken as 200
};

/// The form of a member in a dialect; nullopt where the dialect has no such member, which is then
/// neither written nor read.
/// @param type  Graph's name, e.g. "call";  @param member  the regular JSON name, e.g.
/// "callChainId"
std::optional<MemberForm> member_form(std::string_view type, std::string_view member,
                                      Dialect dialect);

/// Code points in UTF-8 text.
std::size_t count_characters(std::string_view text);

}  // namespace parley::model
