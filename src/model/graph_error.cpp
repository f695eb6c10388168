#include "model/graph_error.hpp"

#include <boost/json/object.hpp>

#include "model/iso_time.hpp"

namespace parley::model {

std::string write_graph_error(const GraphError& error) {
  // Graph writes this date without a zone and to the second.
  std::string date = write_iso_time(std::chrono::floor<std::chrono::seconds>(error.date));
  date.pop_back();
  return write_json({{"error",
                      {{"code", error.code},
                       {"message", error.message},
                       {"innerError",
                        {{"date", date},
                         {"request-id", error.request_id},
                         {"client-request-id", error.client_request_id}}}}}});
}

}  // namespace parley::model
