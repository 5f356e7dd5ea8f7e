{{/* Settings of a service by name: the chart's own, those of all, those of the service. */}}
{{- define "atelier.settings" -}}
{{- $root := .root -}}
{{- $service := .service -}}
{{- $known := $root.Files.Get "files/services.yaml" | fromYaml -}}
{{- $settings := dict "HOST" "0.0.0.0" "METRICS_PORT" "9464" "DATA_DIR" "/data" "EVENT_SPOOL_DIR" "/spool" "SHUTDOWN_GRACE" (toString $service.shutdownGrace) -}}
{{- if eq $service.name "gateway" -}}
{{- $_ := set $settings "PORT" "3000" -}}
{{- if $root.Values.canary.enabled -}}
{{- $_ := set $settings "CANARY_STEPS" (join "," $root.Values.canary.steps) -}}
{{- end -}}
{{- end -}}
{{- range $other := append $service.facts.calls "analytics" -}}
{{- if ne $other $service.name -}}
{{- $setting := printf "%s_URL" ($other | upper | replace "-" "_") -}}
{{- $_ := set $settings $setting (include "atelier.address" (dict "root" $root "name" $other "port" (get $known $other).port)) -}}
{{- end -}}
{{- end -}}
{{- if and $service.facts.files $root.Values.storage.url -}}
{{- $_ := set $settings "STORAGE_URL" $root.Values.storage.url -}}
{{- end -}}
{{- mergeOverwrite $settings $root.Values.settings $service.settings | toYaml -}}
{{- end -}}

{{/* Secrets that a service gets; what it needs and nobody named ends the installation here. */}}
{{- define "atelier.secrets" -}}
{{- $given := .root.Values.secrets -}}
{{- $service := .service -}}
{{- range $service.facts.needs -}}
{{- if not (get $given .) -}}
{{- fail (printf "%s needs the secret %s: say where it is with secrets.%s: { name: <Secret>, key: <key in it> }" $service.name . .) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $service.name "gateway") (not $given.ADMIN_API_KEY) (not $given.JWT_SECRET) (not (get (include "atelier.settings" . | fromYaml) "JWKS_URL")) -}}
{{- fail "gateway needs to know who may use it: name the secret ADMIN_API_KEY or JWT_SECRET, or set settings.JWKS_URL" -}}
{{- end -}}
{{- $takes := concat $service.facts.needs $service.facts.takes (list "KAFKA_SASL_PASSWORD" "OTEL_EXPORTER_OTLP_HEADERS") -}}
{{- if and $service.facts.files .root.Values.storage.url -}}
{{- $takes = concat $takes (list "STORAGE_ACCESS_KEY_ID" "STORAGE_SECRET_ACCESS_KEY") -}}
{{- end -}}
{{- $secrets := dict -}}
{{- range $takes -}}
{{- if get $given . -}}
{{- $_ := set $secrets . (get $given .) -}}
{{- end -}}
{{- end -}}
{{- toYaml $secrets -}}
{{- end -}}

{{- define "atelier.podSpec" -}}
{{- $root := .root -}}
{{- $service := .service -}}
{{- $port := int ($service.facts.port | default 3000) -}}
serviceAccountName: {{ $service.fullname }}
automountServiceAccountToken: false
enableServiceLinks: false
# The wait before the stop signal, the drain, and what comes after it.
terminationGracePeriodSeconds: {{ add $service.preStop $service.shutdownGrace 10 }}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "atelier.selector" $ | nindent 8 }}
  {{- end }}
containers:
  - name: {{ $service.name }}
    image: {{ include "atelier.image" . }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    env:
      {{- if .serviceVersion }}
      - name: SERVICE_VERSION
        value: {{ .serviceVersion | quote }}
      {{- end }}
      {{- range $setting, $value := include "atelier.settings" . | fromYaml }}
      - name: {{ $setting }}
        value: {{ $value | quote }}
      {{- end }}
      {{- range $setting, $reference := include "atelier.secrets" . | fromYaml }}
      - name: {{ $setting }}
        valueFrom: { secretKeyRef: { name: {{ $reference.name }}, key: {{ $reference.key }} } }
      {{- end }}
    ports:
      - { name: {{ ternary "http" "grpc" (eq $port 3000) }}, containerPort: {{ $port }} }
      - { name: metrics, containerPort: 9464 }
    {{- range $probe, $timing := dict "startupProbe" (dict "periodSeconds" 2 "failureThreshold" 60) "readinessProbe" (dict "periodSeconds" 5 "failureThreshold" 2) "livenessProbe" (dict "periodSeconds" 10 "failureThreshold" 6) }}
    {{ $probe }}:
      {{- if $service.facts.port }}
      grpc: { port: {{ $port }} }
      {{- else }}
      httpGet: { path: {{ ternary "/live" "/ready" (eq $probe "livenessProbe") }}, port: metrics }
      {{- end }}
      timeoutSeconds: 3
      {{- toYaml $timing | nindent 6 }}
    {{- end }}
    lifecycle:
      preStop: { sleep: { seconds: {{ $service.preStop }} } }
    resources:
      {{- toYaml $service.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL] }
    volumeMounts:
      - { name: data, mountPath: /data }
      - { name: spool, mountPath: /spool }
      - { name: tmp, mountPath: /tmp }
volumes:
  - name: data
    {{- if and $service.facts.files (not $root.Values.storage.url) }}
    persistentVolumeClaim: { claimName: {{ $root.Values.name }}-files }
    {{- else }}
    emptyDir: { sizeLimit: 1Gi }
    {{- end }}
  # Usage events that wait while analytics or Kafka is away (EVENT_SPOOL_MAX_BYTES, and what the files themselves take).
  - name: spool
    emptyDir: { sizeLimit: 1Gi }
  - name: tmp
    emptyDir: { sizeLimit: 2Gi }
{{- end -}}
