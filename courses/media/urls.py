from django.urls import path

from courses.media.views import captions, offline, recordings, stream, uploads, watching

app_name = "media"
urlpatterns = [
    path("recordings/", recordings.recordings, name="recordings"),
    path("recordings/new/", recordings.new, name="new"),
    path("recordings/uploads/", uploads.begin, name="begin_upload"),
    path("recordings/uploads/<uuid:key>/", uploads.upload, name="upload"),
    path("recordings/<int:pk>/", recordings.recording, name="recording"),
    path("recordings/<int:pk>/poster/", recordings.poster, name="set_poster"),
    path("recordings/<int:pk>/playlist/", recordings.playlist, name="set_playlist"),
    path("recordings/<int:pk>/delete/", recordings.delete, name="delete"),
    path("recordings/<int:pk>/captions/", captions.upload, name="upload_captions"),
    path("recordings/<int:pk>/captions/<slug:language>/", captions.edit, name="edit_captions"),
    path("recordings/<int:pk>/captions/<slug:language>/delete/", captions.delete, name="delete_captions"),
    path("recordings/<int:pk>/file/<str:name>", stream.file, name="file"),
    path("recordings/<int:pk>/poster/<str:name>", stream.poster, name="poster"),
    path("recordings/<int:pk>/stream.m3u8", stream.playlist, name="playlist"),
    path("recordings/<int:pk>/captions/<slug:language>/<int:version>.vtt", stream.captions, name="captions_file"),
    path("watch/recordings/<int:pk>/", watching.begin_recording, name="begin_recording"),
    path("watch/lessons/<int:pk>/slides/<uuid:block>/", watching.begin_slides, name="begin_slides"),
    path("watch/<int:pk>/", watching.save, name="save_viewing"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.shelf, name="shelf"),
    path("offline/courses/<int:pk>/pack.json", offline.pack, name="pack"),
    path("offline/lessons/<int:pk>/", offline.lesson, name="offline_lesson"),
    path("offline/state.json", offline.state, name="state"),
    path("offline/sync/", offline.sync, name="sync"),
]
