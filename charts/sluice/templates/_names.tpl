{{/* Labels of every object; .part is operator, webhook or ledger. */}}
{{- define "sluice.labels" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .part }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "sluice.image" -}}
{{ printf "%s/%s:%s" .root.Values.images.registry .part .root.Values.images.tag }}
{{- end }}

{{/* What a container may do: nothing. */}}
{{- define "sluice.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "sluice.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Where pods are placed; .values is the part's own values. */}}
{{- define "sluice.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Affinity as given, else: on different nodes where there are several. */}}
{{- define "sluice.affinity" -}}
affinity:
{{- if .values.affinity }}
  {{- toYaml .values.affinity | nindent 2 }}
{{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels: {{ include "sluice.selector" . | nindent 12 }}
{{- end }}
{{- end }}

{{- define "sluice.pullSecrets" -}}
{{- with .Values.images.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The Secret that says where the ledger is. */}}
{{- define "sluice.ledgerSecret" -}}
{{- if .Values.ledger.enabled -}}
{{ .Values.ledger.existingSecret | default "sluice-ledger" }}
{{- else -}}
{{ required "ledger.enabled is false: name in ledger.external.secretName the Secret that says where the ledger is" .Values.ledger.external.secretName }}
{{- end -}}
{{- end }}

{{/* Namespaces that admission never sees, as a JSON list. */}}
{{- define "sluice.exemptNamespaces" -}}
{{ concat (list "kube-system" .Release.Namespace) .Values.webhook.excludedNamespaces | uniq | toJson }}
{{- end }}

{{/* The selector of namespaces whose pods are looked at although they ask for nothing. */}}
{{- define "sluice.enforceableNamespaces" -}}
{{- with .Values.webhook.namespaceSelector.matchLabels }}
matchLabels: {{ toYaml . | nindent 2 }}
{{- end }}
matchExpressions:
- {key: kubernetes.io/metadata.name, operator: NotIn, values: {{ include "sluice.exemptNamespaces" . }}}
{{- with .Values.webhook.namespaceSelector.matchExpressions }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Fail where the platform says which namespaces these are, Ignore where they are all. */}}
{{- define "sluice.entryFailurePolicy" -}}
{{- with .Values.webhook.namespaceSelector -}}
{{ if or .matchLabels .matchExpressions }}Fail{{ else }}Ignore{{ end }}
{{- else -}}
Ignore
{{- end }}
{{- end }}

{{/* The same selector without its exempt namespaces as a condition in CEL on a map `labels`. */}}
{{- define "sluice.enforceableLabels" -}}
true
{{- range $key, $value := .Values.webhook.namespaceSelector.matchLabels }} && {{ $key | quote }} in labels && labels[{{ $key | quote }}] == {{ $value | quote }}{{ end }}
{{- range .Values.webhook.namespaceSelector.matchExpressions }}
{{- if eq .operator "In" }} && {{ .key | quote }} in labels && labels[{{ .key | quote }}] in {{ toJson .values }}
{{- else if eq .operator "NotIn" }} && !({{ .key | quote }} in labels && labels[{{ .key | quote }}] in {{ toJson .values }})
{{- else if eq .operator "Exists" }} && {{ .key | quote }} in labels
{{- else }} && !({{ .key | quote }} in labels)
{{- end }}
{{- end }}
{{- end }}
