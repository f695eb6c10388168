// The one translation unit that compiles the bodies of Asio and its TLS; the others see
// declarations only (BOOST_ASIO_SEPARATE_COMPILATION in CMakeLists.txt).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
