# One CMake target a folder. Sources are the folder's *.cc, its unit tests the *_test.cc that stand beside them.
#
#   holdfast_module(NAME  DEPENDS module…  LIBRARIES external…  TEST_DEPENDS module…  [SUBDIRS folder…])
#
# makes the static library holdfast_NAME and, where there are tests, the executable NAME_test. A module sees only the
# modules it names (and theirs), so a wrong include does not link.

set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers for every target, as for -fsanitize= (address,undefined or thread)")
option(HOLDFAST_FUZZ "Build the libFuzzer targets" OFF)

add_library(holdfast_options INTERFACE)
target_include_directories(holdfast_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(holdfast_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Werror
  -fno-omit-frame-pointer)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(holdfast_options INTERFACE -march=x86-64-v2)
endif()
if(HOLDFAST_SANITIZE)
  target_compile_options(holdfast_options INTERFACE -fsanitize=${HOLDFAST_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(holdfast_options INTERFACE -fsanitize=${HOLDFAST_SANITIZE})
endif()
if(HOLDFAST_FUZZ)
  target_compile_options(holdfast_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(holdfast_module NAME)
  cmake_parse_arguments(M "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS;TEST_LIBRARIES;SUBDIRS" ${ARGN})
  set(globs ${CMAKE_CURRENT_SOURCE_DIR}/*.cc ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  foreach(dir ${M_SUBDIRS})
    list(APPEND globs ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.cc ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.h)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${globs})
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$|_fuzz\\.cc$|_bench\\.cc$")

  set(deps ${M_DEPENDS})
  list(TRANSFORM deps PREPEND holdfast_)
  if(NOT sources)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cc "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.cc)
  endif()
  add_library(holdfast_${NAME} STATIC ${sources})
  set_target_properties(holdfast_${NAME} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(holdfast_${NAME} PUBLIC holdfast_options ${deps} ${M_LIBRARIES})

  if(tests)
    set(test_deps ${M_TEST_DEPENDS})
    list(TRANSFORM test_deps PREPEND holdfast_)
    add_executable(${NAME}_test ${tests})
    target_link_libraries(${NAME}_test PRIVATE holdfast_${NAME} ${test_deps} ${M_TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${NAME}_test DISCOVERY_MODE PRE_TEST TEST_PREFIX ${NAME}. PROPERTIES TIMEOUT 300)
  endif()

  file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_fuzz.cc)
  if(HOLDFAST_FUZZ)
    foreach(file ${fuzzers})
      get_filename_component(fuzz ${file} NAME_WE)
      add_executable(${fuzz} ${file})
      target_link_libraries(${fuzz} PRIVATE holdfast_${NAME})
      target_link_options(${fuzz} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()
