#include "model/notice.hpp"

#include "model/codec.hpp"

namespace parley::model {
namespace {

// The richest dialect, so that no member gets lost. What bots read is made by notify/render.
constexpr Dialect kStored = Dialect::beta;

}  // namespace

PARLEY_GRAPH_ENUM(Dialect)
PARLEY_GRAPH_ENUM(NoticeKind)
PARLEY_GRAPH_ENUM(OperationKind)
PARLEY_PLAIN_TYPE(CallRecord)
PARLEY_PLAIN_TYPE(OperationRecord)
PARLEY_PLAIN_TYPE(Notice)

std::string write_notice(const Notice& notice) {
  return write_json(to_json(notice, {.dialect = kStored}));
}

Result<Notice, BodyError> read_notice(std::string_view payload) {
  const auto json = parse_json(payload);
  if (!json)
    return Failure{BodyError{.path = "", .found = json.error().message, .allowed = "JSON"}};
  return from_json<Notice>(*json, kStored);
}

}  // namespace parley::model
