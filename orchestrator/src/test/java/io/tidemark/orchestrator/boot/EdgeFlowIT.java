package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What people ask for over REST, on a real broker and a real database.
@QuarkusTest
@QuarkusTestResource(RealServers.class)
class EdgeFlowIT {
    @Test
    void policyWithABadCronIsRefusedAsAProblem() {
        register("bad-cron");

        JsonPath problem = post("/api/v1/policies", """
                {"name":"nightly","schedule":{"cron":"61 * * * *"},"selection":{"pattern":"*"},
                 "repository":"bad-cron","retention":{"keepLast":3}}""", 400);

        assertThat(problem.getMap("$"))
                .isEqualTo(Map.of(
                        "type",
                        "urn:tidemark:problem:invalid-request",
                        "title",
                        "The request breaks a rule",
                        "status",
                        400,
                        "detail",
                        "schedule.cron: expected five fields: minute hour day-of-month month day-of-week "
                                + "(Failed to parse cron expression. Value 61 not in range [0, 59]), "
                                + "found \"61 * * * *\"",
                        "instance",
                        "/api/v1/policies",
                        "expected",
                        "five fields: minute hour day-of-month month day-of-week (Failed to parse cron "
                                + "expression. Value 61 not in range [0, 59])",
                        "found",
                        "\"61 * * * *\"",
                        "faults",
                        problem.getList("faults")));
    }

    @Test
    void unknownFieldIsRefusedWithTheKnownOnes() {
        JsonPath problem = post("/api/v1/repositories", "{\"id\":\"x\",\"path\":\"/srv\"}", 400);

        assertThat(problem.getString("detail"))
                .isEqualTo("path: expected one of [id], found the unknown field \"path\"");
    }

    @Test
    void brokenJsonIsAProblemToo() {
        assertThat(post("/api/v1/repositories", "{\"id\":", 400).getString("detail"))
                .startsWith("body: expected JSON, found Unexpected end-of-input");
    }

    @Test
    void bodyThatIsLeftOutOrNullIsAProblemToo() {
        for (String path : List.of("backups", "clients", "hosts", "policies", "repositories", "restores")) {
            assertThat(post("/api/v1/" + path, "null", 400).getString("detail"))
                    .as(path)
                    .isEqualTo("body: expected a JSON object, found none");
        }
    }

    @Test
    void textWithNulIsRefused() {
        assertThat(post("/api/v1/hosts", "{\"name\":\"a\\u0000b\"}", 400).getString("detail"))
                .isEqualTo("name: expected text without NUL, found text with it");
        given().urlEncodingEnabled(false)
                .get("/api/v1/vms?name=%00")
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
    }

    @Test
    void intervalThatNoCalendarHoldsIsRefused() {
        register("long-interval");
        String draft = """
                {"name":"rare","schedule":{"interval":"PT2562047788015215H"},"selection":{"pattern":"*"},
                 "repository":"long-interval","retention":{"keepLast":3}}""";

        assertThat(post("/api/v1/policies", draft, 400).getString("detail"))
                .startsWith("schedule.interval: expected at most PT8784H");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        given().get("/api/v1/policies/00000000-0000-0000-0000-000000000001")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
        given().get("/api/v1/tasks/nonsense").then().statusCode(400);
        given().get("/api/v1/nothing").then().statusCode(404);
    }

    @Test
    void policyLivesThroughItsCrud() {
        register("crud");
        String draft = """
                {"name":"%s","schedule":{"cron":"0 2 * * *","zone":"Europe/Berlin"},
                 "selection":{"vms":["no-such-vm"]},"repository":"crud","tracker":"audit",
                 "retention":{"keepLast":%d}}""";

        JsonPath created = post("/api/v1/policies", draft.formatted("crud-1", 3), 201);
        post("/api/v1/policies", draft.formatted("crud-1", 3), 409);
        String path = "/api/v1/policies/" + created.getString("id");
        JsonPath replaced = given().contentType(ContentType.JSON)
                .body(draft.formatted("crud-1", 5))
                .put(path)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        assertThat(created.getString("deadline")).isEqualTo("PT4H");
        assertThat(created.getString("tracker")).isEqualTo("audit");
        given().get(path).then().body("tracker", is("audit"));
        assertThat(created.getString("nextDue")).endsWith(":00:00Z");
        assertThat(replaced.getInt("retention.keepLast")).isEqualTo(5);
        given().delete(path).then().statusCode(204);
        given().get(path).then().statusCode(404);
    }

    @Test
    void documentedInterfaceHasTitlesForEveryOperation() {
        JsonPath document = given().accept(ContentType.JSON)
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        Map<String, Map<String, Map<String, Object>>> paths = document.getMap("paths");
        assertThat(paths).containsKeys("/api/v1/policies", "/api/v1/restores/{id}/cancel", "/api/v1/epochs");
        assertThat(paths.values())
                .allSatisfy(methods -> assertThat(methods.values())
                        .allSatisfy(operation -> assertThat(operation).containsKey("summary")));
    }

    private static void register(String repository) {
        post("/api/v1/repositories", "{\"id\":\"" + repository + "\"}", 202);
    }

    private static JsonPath post(String path, String body, int status) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post(path)
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }
}
