#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <optional>
#include <string_view>

namespace parley::model {

/// Calls `visit(name, value)` for each member of a described record, in the order of its
/// description. `name` is the C++ member's name, which is also the store's column name.
template <class Record, class Visit>
void for_each_column(Record& record, Visit&& visit) {
  using Plain = std::remove_const_t<Record>;
  using Members = boost::describe::describe_members<Plain, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>(
      [&](auto member) { visit(std::string_view(member.name), record.*member.pointer); });
}

/// The C++ name of a described enumerator, which is also its text in the store.
template <class Enum>
std::string_view enumerator_name(Enum value) {
  std::string_view name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto enumerator) {
    if (enumerator.value == value) name = enumerator.name;
  });
  return name;
}

/// The enumerator of that name; nullopt for a word that is none.
template <class Enum>
std::optional<Enum> enumerator_named(std::string_view name) {
  std::optional<Enum> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto enumerator) {
    if (name == enumerator.name) found = enumerator.value;
  });
  return found;
}

}  // namespace parley::model
