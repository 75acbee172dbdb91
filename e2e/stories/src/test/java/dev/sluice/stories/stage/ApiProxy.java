package dev.sluice.stories.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The API server behind one {@code kubectl proxy}: for many requests, and many at once. */
public final class ApiProxy implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ADDRESS = Pattern.compile("Starting to serve on (\\S+)");
  private static final Duration LONGEST = Duration.ofSeconds(40);

  private final Process process;
  private final String address;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ApiProxy(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * What was answered.
   *
   * @param status of HTTP; 0 where there was no answer
   * @param body the object, or a Status
   * @param text what was said where it is no object
   */
  public record Answer(int status, JsonNode body, String text) {
    /** What a Status says, else the text. */
    public String message() {
      var message = body.path("message").asText();
      return message.isEmpty() ? text : message;
    }
  }

  /** Starts it on a port that is free. */
  public static ApiProxy open() {
    try {
      var process =
          Command.start(Map.of(), List.of(Kubectl.program(), "proxy", "--port=0"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var line = process.inputReader(UTF_8).readLine();
      var address = ADDRESS.matcher(String.valueOf(line));
      if (!address.find()) {
        process.destroy();
        throw new AssertionError("kubectl proxy says: " + line);
      }
      return new ApiProxy(process, "http://" + address.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates an object. */
  public Answer create(String path, String json) {
    var request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(LONGEST)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json, UTF_8))
            .build();
    try {
      var response = client.send(request, BodyHandlers.ofString(UTF_8));
      return new Answer(response.statusCode(), read(response.body()), response.body());
    } catch (IOException e) {
      return new Answer(0, MissingNode.getInstance(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode read(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  /** Ends it. */
  @Override
  public void close() {
    client.close();
    process.destroy();
  }
}
