package dev.sluice.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** Rules over a parsed statement. The strictest outcome of all rules that match wins. */
@JsonClassDescription(
    "Rules over the statements that go through gates, for which databases, declared by the platform"
        + " team for the whole cluster. The strictest outcome of all rules that match wins.")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@Kind("GuardrailPolicy")
@Singular("guardrailpolicy")
@Plural("guardrailpolicies")
@ShortNames("guard")
@Categories("sluice")
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.mode",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Databases",
    jsonPath = ".status.databases",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class GuardrailPolicy extends CustomResource<GuardrailPolicySpec, GuardrailPolicyStatus> {
  private static final long serialVersionUID = 1L;
}
