#pragma once

// How values of C++ types become JSON and back: the machinery behind describe.hpp, for the .cpp
// files of this folder only. Each type is a table of members with two functions each; what walks
// the tables is ordinary code in codec.cpp, so that a type costs its members and nothing else.

#include <array>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cassert>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <variant>

#include "base/strong.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "model/describe.hpp"
#include "model/names.hpp"

namespace parley::model::codec {

/// One reading of a body: the dialect, and the error once there is one. The innermost reader sets
/// it, the outer ones put their part of the path before it.
struct Reading {
  Dialect dialect;
  BodyError error;

  /// Sets the error; always false, for `return reading.fail(…)`.
  bool fail(const Json& found, std::string allowed);
  bool within(const std::string& path_part);
};

enum class Presence { present, absent, empty_list };

struct Member {
  std::array<std::optional<MemberForm>, kDialectCount> forms;
  bool may_be_absent;
  bool (*read)(const Json&, void* object, Reading&);
  Presence (*write)(const void* object, const WriteOptions&, Json& out);
};

enum class Tag {
  none,      ///< not a Graph type: a body of an action, or ours
  optional,  ///< "@odata.type" is written, and not asked for
  required,  ///< a subtype of an abstract type: without "@odata.type" nobody knows what it is
};

struct Type {
  std::string name;  ///< Graph's, e.g. "serviceHostedMediaConfig"
  Tag tag;
  std::vector<Member> members;
};

struct Enumerator {
  std::int64_t value;
  std::string name;
};
using Enumeration = std::vector<Enumerator>;

/// The tables; defined by the macros at the end, once for each type.
template <class T>
const Type& type_of();
template <class E>
const Enumeration& enumeration_of();

/// The member by its exact name, else by one that differs in case only: shipped clients compare
/// names so. nullptr if there is none.
const Json* find_member(const boost::json::object& object, std::string_view name);

bool read_object(const Json& json, const Type& type, void* object, Reading& reading);
Json write_object(const Type& type, const void* object, const WriteOptions& options);
bool read_enum(const Json& json, const Enumeration& enumeration, std::int64_t& value,
               Reading& reading);
std::string_view name_of(const Enumeration& enumeration, std::int64_t value);
/// Which of the types "@odata.type" names; an error lists them.
std::optional<std::size_t> pick_type(const Json& json, std::span<const Type* const> types,
                                     Reading& reading);

bool read_value(const Json& json, bool& value, Reading& reading);
bool read_value(const Json& json, std::string& value, Reading& reading);
bool read_value(const Json& json, UtcTime& value, Reading& reading);
bool read_value(const Json& json, Uuid& value, Reading& reading);
bool read_value(const Json& json, Json& value, Reading& reading);
bool read_integer(const Json& json, std::int64_t& value, std::int64_t least, std::int64_t most,
                  Reading& reading);

inline Json write_value(bool value, const WriteOptions&) {
  return Json(value);
}
Json write_value(const std::string& value, const WriteOptions&);
Json write_value(UtcTime value, const WriteOptions&);
Json write_value(const Uuid& value, const WriteOptions&);
inline Json write_value(const Json& value, const WriteOptions&) {
  return value;
}

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;
template <class E>
concept Enum = std::is_enum_v<E>;

// Declared before the definitions, because they call one another.
template <Integer T>
bool read_value(const Json& json, T& value, Reading& reading);
template <Enum E>
bool read_value(const Json& json, E& value, Reading& reading);
template <Described T>
bool read_value(const Json& json, T& value, Reading& reading);
template <class Tag, class Rep>
bool read_value(const Json& json, Strong<Tag, Rep>& value, Reading& reading);
template <class T>
bool read_value(const Json& json, std::optional<T>& value, Reading& reading);
template <class T>
bool read_value(const Json& json, std::vector<T>& value, Reading& reading);
template <class... T>
bool read_value(const Json& json, std::variant<T...>& value, Reading& reading);
template <auto kDefault>
bool read_value(const Json& json, Defaulted<kDefault>& value, Reading& reading);

template <Integer T>
Json write_value(T value, const WriteOptions& options);
template <Enum E>
Json write_value(E value, const WriteOptions& options);
template <Described T>
Json write_value(const T& value, const WriteOptions& options);
template <class Tag, class Rep>
Json write_value(const Strong<Tag, Rep>& value, const WriteOptions& options);
template <class T>
Json write_value(const std::optional<T>& value, const WriteOptions& options);
template <class T>
Json write_value(const std::vector<T>& values, const WriteOptions& options);
template <class... T>
Json write_value(const std::variant<T...>& value, const WriteOptions& options);
template <auto kDefault>
Json write_value(const Defaulted<kDefault>& value, const WriteOptions& options);

template <Integer T>
bool read_value(const Json& json, T& value, Reading& reading) {
  std::int64_t number = 0;
  const auto least = static_cast<std::int64_t>(std::numeric_limits<T>::min());
  const auto most = static_cast<std::int64_t>(std::numeric_limits<T>::max());
  if (!read_integer(json, number, least, most, reading)) return false;
  value = static_cast<T>(number);
  return true;
}

template <Enum E>
bool read_value(const Json& json, E& value, Reading& reading) {
  std::int64_t number = 0;
  if (!read_enum(json, enumeration_of<E>(), number, reading)) return false;
  value = static_cast<E>(number);
  return true;
}

template <Described T>
bool read_value(const Json& json, T& value, Reading& reading) {
  return read_object(json, type_of<T>(), &value, reading);
}

template <class Tag, class Rep>
bool read_value(const Json& json, Strong<Tag, Rep>& value, Reading& reading) {
  return read_value(json, value.value, reading);
}

template <class T>
bool read_value(const Json& json, std::optional<T>& value, Reading& reading) {
  return read_value(json, value.emplace(), reading);
}

template <class T>
bool read_value(const Json& json, std::vector<T>& value, Reading& reading) {
  const auto* array = json.if_array();
  if (!array) return reading.fail(json, "an array");
  value.reserve(array->size());
  for (const Json& item : *array) {
    if (!read_value(item, value.emplace_back(), reading))
      return reading.within("[" + std::to_string(value.size() - 1) + "]");
  }
  return true;
}

template <class... T>
bool read_value(const Json& json, std::variant<T...>& value, Reading& reading) {
  const Type* const types[] = {&type_of<T>()...};
  const auto index = pick_type(json, types, reading);
  if (!index) return false;
  return boost::mp11::mp_with_index<sizeof...(T)>(*index, [&](auto chosen) {
    return read_value(json, value.template emplace<chosen.value>(), reading);
  });
}

template <auto kDefault>
bool read_value(const Json& json, Defaulted<kDefault>& value, Reading& reading) {
  return read_value(json, value.value, reading);
}

template <Integer T>
Json write_value(T value, const WriteOptions&) {
  return Json(static_cast<std::int64_t>(value));
}

template <Enum E>
Json write_value(E value, const WriteOptions&) {
  return Json(name_of(enumeration_of<E>(), static_cast<std::int64_t>(value)));
}

template <Described T>
Json write_value(const T& value, const WriteOptions& options) {
  return write_object(type_of<T>(), &value, options);
}

template <class Tag, class Rep>
Json write_value(const Strong<Tag, Rep>& value, const WriteOptions& options) {
  return write_value(value.value, options);
}

template <class T>
Json write_value(const std::optional<T>& value, const WriteOptions& options) {
  return value ? write_value(*value, options) : Json(nullptr);
}

template <class T>
Json write_value(const std::vector<T>& values, const WriteOptions& options) {
  boost::json::array array;
  array.reserve(values.size());
  for (const T& value : values) array.push_back(write_value(value, options));
  return Json(std::move(array));
}

template <class... T>
Json write_value(const std::variant<T...>& value, const WriteOptions& options) {
  return std::visit([&](const auto& chosen) { return write_value(chosen, options); }, value);
}

template <auto kDefault>
Json write_value(const Defaulted<kDefault>& value, const WriteOptions& options) {
  return write_value(value.value, options);
}

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsDefaulted = false;
template <auto kDefault>
inline constexpr bool kIsDefaulted<Defaulted<kDefault>> = true;

/// @tparam D  Boost.Describe's descriptor of the member
template <class T, class D>
Member describe_member() {
  using M = std::remove_cvref_t<decltype(std::declval<T>().*D::pointer)>;
  Member member{};
  member.may_be_absent = kIsOptional<M> || kIsList<M> || kIsDefaulted<M>;
  member.read = [](const Json& json, void* object, Reading& reading) {
    return read_value(json, static_cast<T*>(object)->*D::pointer, reading);
  };
  member.write = [](const void* object, const WriteOptions& options, Json& out) {
    const M& value = static_cast<const T*>(object)->*D::pointer;
    if constexpr (kIsOptional<M>) {
      if (!value) return Presence::absent;
    }
    if constexpr (kIsList<M>) {
      if (value.empty()) return Presence::empty_list;
    }
    out = write_value(value, options);
    return Presence::present;
  };
  return member;
}

/// Adds the member with its form in each dialect.
void add_member(Type& type, std::string_view cpp_name, Member member);

template <class T>
Type describe_type(std::string_view cpp_name, Tag tag) {
  using boost::describe::mod_inherited;
  using boost::describe::mod_public;
  Type type{.name = graph_type_name(cpp_name), .tag = tag, .members = {}};
  boost::mp11::mp_for_each<boost::describe::describe_members<T, mod_public | mod_inherited>>(
      [&](auto d) { add_member(type, d.name, describe_member<T, decltype(d)>()); });
  return type;
}

template <class E>
Enumeration describe_enum() {
  Enumeration enumeration;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    enumeration.push_back({static_cast<std::int64_t>(d.value), json_name(d.name)});
  });
  return enumeration;
}

}  // namespace parley::model::codec

namespace parley::model {

template <class T>
Json to_json(const T& value, const WriteOptions& options) {
  return codec::write_value(value, options);
}

template <class T>
Json list_to_json(const std::vector<T>& values, const WriteOptions& options) {
  return codec::write_value(values, options);
}

template <class T>
Result<T, BodyError> from_json(const Json& json, Dialect dialect) {
  codec::Reading reading{.dialect = dialect, .error = {}};
  T value{};
  if (!codec::read_value(json, value, reading)) return Failure{std::move(reading.error)};
  return value;
}

template <class E>
std::string_view enum_name(E value) {
  return codec::name_of(codec::enumeration_of<E>(), static_cast<std::int64_t>(value));
}

template <class E>
std::optional<E> enum_from_name(std::string_view name) {
  for (const auto& enumerator : codec::enumeration_of<E>())
    if (equal_ignoring_case(enumerator.name, name)) return static_cast<E>(enumerator.value);
  return std::nullopt;
}

}  // namespace parley::model

// For the end of a .cpp file, inside namespace parley::model.
#define PARLEY_MODEL_FUNCTIONS(T)                                            \
  template Json to_json<T>(const T&, const WriteOptions&);                   \
  template Json list_to_json<T>(const std::vector<T>&, const WriteOptions&); \
  template Result<T, BodyError> from_json<T>(const Json&, Dialect);

/// The table alone, for a type that is only read and written within others.
#define PARLEY_MODEL_TABLE(T, TAG)                      \
  template <>                                           \
  const codec::Type& codec::type_of<T>() {              \
    static const Type type = describe_type<T>(#T, TAG); \
    return type;                                        \
  }

#define PARLEY_MODEL_TYPE(T, TAG) \
  PARLEY_MODEL_TABLE(T, TAG)      \
  PARLEY_MODEL_FUNCTIONS(T)

/// A type of Graph's metadata.
#define PARLEY_GRAPH_TYPE(T) PARLEY_MODEL_TYPE(T, Tag::optional)
/// One that stands where the metadata names an abstract type.
#define PARLEY_GRAPH_SUBTYPE(T) PARLEY_MODEL_TYPE(T, Tag::required)
/// A body that is no Graph type.
#define PARLEY_PLAIN_TYPE(T) PARLEY_MODEL_TYPE(T, Tag::none)
/// A variant of types.
#define PARLEY_GRAPH_CHOICE(T) PARLEY_MODEL_FUNCTIONS(T)

#define PARLEY_GRAPH_ENUM(E)                                   \
  template <>                                                  \
  const codec::Enumeration& codec::enumeration_of<E>() {       \
    static const Enumeration enumeration = describe_enum<E>(); \
    return enumeration;                                        \
  }                                                            \
  template std::string_view enum_name<E>(E);                   \
  template std::optional<E> enum_from_name<E>(std::string_view);
