#include "operations/request.hpp"

namespace parley::operations {

std::optional<Method> method_named(std::string_view name) {
  for (const Method method :
       {Method::get, Method::post, Method::put, Method::patch, Method::delete_})
    if (method_name(method) == name) return method;
  return std::nullopt;
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
  }
  return "";
}

}  // namespace parley::operations
